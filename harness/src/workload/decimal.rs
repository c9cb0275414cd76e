//! Numbers of traces, from text to integers without a float between.

use super::error::Problem;

/// The most seconds that a trace may say: a hundred years.
///
/// It keeps every sum of times far from the ends of their types, and finds columns that are in milliseconds.
pub(super) const SECONDS_MAX: u64 = 100 * 366 * 86_400;

/// The milliseconds of a number of seconds such as `12`, `12.5` or `12.3456`, rounded to the nearest millisecond.
///
/// # Errors
///
/// Fails where the text is not a plain decimal number from 0 to [`SECONDS_MAX`].
pub(super) fn seconds(column: &'static str, text: &[u8]) -> Result<u64, Problem> {
    milliseconds(text.trim_ascii()).map_err(|reason| bad_number(column, text, reason))
}

/// The whole number in `text`.
///
/// # Errors
///
/// Fails where the text is not a plain number from 0 to `most`.
pub(super) fn whole(column: &'static str, text: &[u8], most: u64) -> Result<u64, Problem> {
    let digits = text.trim_ascii();
    let parsed = if digits.is_empty() { Err(EMPTY) } else { digits_to_number(digits) };
    match parsed {
        Ok(number) if number <= most => Ok(number),
        Ok(_) => Err(bad_number(column, text, TOO_LARGE)),
        Err(reason) => Err(bad_number(column, text, reason)),
    }
}

const EMPTY: &str = "the field is empty, and the build means nothing without it; fill it in or drop the row";
const NEGATIVE: &str = "it cannot be negative; correct or drop the row";
const NOT_FINITE: &str = "it is not a finite number; correct or drop the row";
const NOT_PLAIN: &str = "it is not a plain decimal number such as 12 or 12.5; correct or drop the row";
const TOO_LARGE: &str =
    "it is larger than any build can mean; is it in the unit that the column's name ends in?";

fn milliseconds(text: &[u8]) -> Result<u64, &'static str> {
    let (whole, fraction) = match text.iter().position(|byte| *byte == b'.') {
        Some(point) => (&text[..point], Some(&text[point + 1..])),
        None => (text, None),
    };
    if whole.is_empty() {
        return Err(if text.is_empty() { EMPTY } else { NOT_PLAIN });
    }
    let seconds = digits_to_number(whole)?;
    if seconds > SECONDS_MAX {
        return Err(TOO_LARGE);
    }
    Ok(seconds * 1000 + fraction.map_or(Ok(0), thousandths)?)
}

/// The thousandths in the digits behind a decimal point, rounded half up; they may come to a whole.
fn thousandths(digits: &[u8]) -> Result<u64, &'static str> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(NOT_PLAIN);
    }
    let digit = |at: usize| digits.get(at).map_or(0, |byte| u64::from(byte - b'0'));
    Ok(digit(0) * 100 + digit(1) * 10 + digit(2) + u64::from(digit(3) >= 5))
}

fn digits_to_number(digits: &[u8]) -> Result<u64, &'static str> {
    let mut number: u64 = 0;
    for byte in digits {
        if !byte.is_ascii_digit() {
            return Err(why_not_digits(digits));
        }
        number = match number.checked_mul(10).and_then(|tens| tens.checked_add(u64::from(byte - b'0'))) {
            Some(number) => number,
            None => return Err(TOO_LARGE),
        };
    }
    Ok(number)
}

fn why_not_digits(text: &[u8]) -> &'static str {
    let unsigned = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    if ["nan", "inf", "infinity"].iter().any(|word| unsigned.eq_ignore_ascii_case(word.as_bytes())) {
        NOT_FINITE
    } else if text.starts_with(b"-") {
        NEGATIVE
    } else {
        NOT_PLAIN
    }
}

#[cold]
fn bad_number(column: &'static str, text: &[u8], reason: &'static str) -> Problem {
    /// As much of a field as an error should show.
    const SHOWN: usize = 40;
    let value = String::from_utf8_lossy(&text[..text.len().min(SHOWN)]).into_owned();
    Problem::BadNumber { column, value, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_milliseconds_exactly() {
        let table: [(&[u8], u64); 11] = [
            (b"0", 0),
            (b"12", 12_000),
            (b" 12 ", 12_000),
            (b"12.5", 12_500),
            (b"0.001", 1),
            (b"599.641", 599_641),
            // A float would make 1_000_000_000.0009999 of it.
            (b"1000000000.001", 1_000_000_000_001),
            (b"0.0004", 0),
            (b"0.0005", 1),
            (b"0.9995", 1000),
            (b"0012.30000000000000000000000000000000", 12_300),
        ];
        for (text, want) in table {
            assert_eq!(seconds("submit_s", text), Ok(want), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn what_is_no_plain_number_is_refused_with_its_reason() {
        let table: [(&[u8], &str); 15] = [
            (b"", EMPTY),
            (b"   ", EMPTY),
            (b"-1", NEGATIVE),
            (b"-0", NEGATIVE),
            (b"NaN", NOT_FINITE),
            (b"inf", NOT_FINITE),
            (b"-Infinity", NOT_FINITE),
            (b"1e3", NOT_PLAIN),
            (b"+1", NOT_PLAIN),
            (b"1.", NOT_PLAIN),
            (b".5", NOT_PLAIN),
            (b"1.5.2", NOT_PLAIN),
            (b"1,5", NOT_PLAIN),
            (b"99999999999999999999999999", TOO_LARGE),
            (b"1600000000000", TOO_LARGE),
        ];
        for (text, want) in table {
            let Err(Problem::BadNumber { reason, .. }) = seconds("duration_s", text) else {
                panic!("{} was taken", text.escape_ascii());
            };
            assert_eq!(reason, want, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn whole_numbers_have_a_largest() {
        assert_eq!(whole("cpu", b"1024", 2048), Ok(1024));
        for text in [b"2049".as_slice(), b"1.5", b"", b"-2"] {
            assert!(whole("cpu", text, 2048).is_err(), "{}", text.escape_ascii());
        }
    }
}
