//! The guard file: whether it is installed, and whether it is what `footmand guard` prints.

use super::{Area, Row, Verdict};
use crate::{
    guard::{Installed, VERSION},
    jenkins::survey::SurveyedGuard,
};

const AGAIN: &str =
    "install what `footmand guard` prints for these files, and restart Jenkins (docs/guard.md)";

/// The row about it; `sha256` is that of the file for this configuration.
pub(super) fn row(found: &SurveyedGuard, sha256: &str) -> Row {
    let row = |verdict, found: String| Row::new(Area::Jenkins, "guard file", verdict, found);
    match found {
        SurveyedGuard::Absent => row(
            Verdict::Ok,
            "not installed: a build that is shorter than a poll may be followed by another one".to_owned(),
        ),
        SurveyedGuard::Unknown(why) => row(Verdict::NotChecked, why.clone()),
        SurveyedGuard::Installed(Installed { is_on: false, version, .. }) => {
            row(Verdict::Warning, format!("of version {version}, and switched off"))
                .advice("see docs/guard.md on its switch, or take the file away")
        }
        SurveyedGuard::Installed(Installed { version, .. }) if *version != VERSION => row(
            Verdict::Warning,
            format!("of version {version}, and this footmand is made for version {VERSION}"),
        )
        .advice(AGAIN),
        SurveyedGuard::Installed(Installed { sha256: own, .. }) if own == "unknown" => row(
            Verdict::NotChecked,
            format!("of version {VERSION}, and it does not know whether it was changed"),
        ),
        SurveyedGuard::Installed(Installed { sha256: own, .. }) if own != sha256 => {
            let found = "changed: it is not what `footmand guard` prints for these files; somebody edited it, or they were \
                         changed since";
            row(Verdict::Warning, format!("of version {VERSION}, {found}")).advice(AGAIN)
        }
        SurveyedGuard::Installed(_) => {
            row(Verdict::Ok, format!("of version {VERSION}, as `footmand guard` prints it for these files"))
        }
    }
}

/// Whether it does its work.
pub(super) fn works(found: &SurveyedGuard) -> Option<bool> {
    match found {
        SurveyedGuard::Absent => Some(false),
        SurveyedGuard::Installed(installed) => Some(installed.is_on),
        SurveyedGuard::Unknown(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_of_the_file_has_a_verdict() {
        use Verdict::{NotChecked, Ok, Warning};
        let installed = |version, is_on, sha256: &str| {
            SurveyedGuard::Installed(Installed { version, is_on, sha256: sha256.to_owned() })
        };
        let table = [
            (SurveyedGuard::Absent, Ok, Some(false), "not installed"),
            (SurveyedGuard::Unknown("403".to_owned()), NotChecked, None, "403"),
            (installed(1, true, "ab"), Ok, Some(true), "of version 1, as"),
            (installed(1, true, "cd"), Warning, Some(true), "of version 1, changed"),
            (installed(1, true, "unknown"), NotChecked, Some(true), "does not know"),
            (
                installed(2, true, "ab"),
                Warning,
                Some(true),
                "of version 2, and this footmand is made for version 1",
            ),
            (installed(1, false, "ab"), Warning, Some(false), "switched off"),
        ];
        for (found, verdict, works, words) in table {
            let row = row(&found, "ab");
            assert_eq!((row.verdict, super::works(&found)), (verdict, works), "{found:?}");
            assert!(row.found.contains(words), "{row:?}");
            assert_eq!(row.advice.is_some(), verdict == Warning, "{row:?}");
        }
    }
}
