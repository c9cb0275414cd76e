//! Counts which agents Jenkins gives to others than the core's plan does.

use footman_core::{Provisioner, event::ItemLabel, id::TemplateId};
use std::collections::BTreeMap;

/// What Jenkins assigned since the core saw it last.
#[derive(Debug, Default)]
pub(crate) struct Promises {
    unseen: Vec<(TemplateId, ItemLabel)>,
}

impl Promises {
    /// Jenkins gave an agent to an item.
    pub(crate) fn assigned(&mut self, template: TemplateId, label: ItemLabel) {
        self.unseen.push((template, label));
    }

    /// The core is about to see what Jenkins assigned; says how many agents went to others than to whom its plan, made
    /// without that knowledge, has given them. Agents of one template are alike, so they are counted and not named.
    pub(crate) fn broken(&mut self, core: &Provisioner) -> u64 {
        if self.unseen.is_empty() {
            return 0;
        }
        let mut promised: BTreeMap<(TemplateId, ItemLabel), u32> = BTreeMap::new();
        for group in core.groups() {
            for (template, amount) in group.promised {
                *promised.entry((template, group.label.clone())).or_default() += amount;
            }
        }
        let mut others = Vec::new();
        for own in std::mem::take(&mut self.unseen) {
            match promised.get_mut(&own) {
                Some(left) if *left > 0 => *left -= 1,
                Some(_) | None => others.push(own.0),
            }
        }
        let mut broken = 0;
        for template in others {
            let taken = promised.iter_mut().find(|((of, _), left)| *of == template && **left > 0);
            if let Some((_, left)) = taken {
                *left -= 1;
                broken += 1;
            }
        }
        broken
    }
}
