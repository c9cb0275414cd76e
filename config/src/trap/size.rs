//! Traps of CPU and memory.

use crate::{code::Code, launch, reader::Reader, simulation::Platform, trap::Seen};
use footman_core::{
    catalogue,
    units::{CpuUnits, Size},
};

/// Checks a template's CPU, memory and disk.
pub(super) fn check(seen: &Seen<'_>, reader: &mut Reader<'_>) {
    disk(seen, reader);
    let own = &seen.source.footman.size;
    if seen.has_own_definition() {
        if own.value.is_none() {
            let message = format!(
                "how much CPU and memory the task definition of `{}` takes is not known",
                seen.source.name
            );
            reader.say(
                seen.about(Code::UnknownSize, &seen.fields.task_definition_override, message)
                    .help("say it in `footman.yaml`: `size: 2vcpu/4GiB`"),
            );
        }
        return;
    }
    let (hard, soft) = (&seen.fields.memory, &seen.fields.memory_reservation);
    if hard.value == 0 && soft.value == 0 {
        let message = format!("`{}` has neither `memory` nor `memoryReservation`", seen.source.name);
        reader.say(
            seen.about(Code::NoMemory, hard, message).help("ECS refuses a container without one of the two"),
        );
        return;
    }
    if soft.value > hard.value && hard.value > 0 {
        let message = format!("`memoryReservation: {}` is above `memory: {}`", soft.value, hard.value);
        reader.say(
            seen.about(Code::SoftAboveHard, soft, message)
                .related(seen.place(hard), "the hard limit")
                .help("ECS refuses a soft limit above the hard one"),
        );
        return;
    }
    if seen.fargate {
        on_fargate(seen, own.value, reader);
    } else if seen.fields.cpu.value == 0 && own.value.is_none() {
        let message = format!("`{}` reserves no `cpu`", seen.source.name);
        reader.say(seen.about(Code::ZeroCpu, &seen.fields.cpu, message).help(
            "ECS then places as many tasks on an instance as its memory holds, and they share what CPU there is",
        ));
    }
}

/// Checks the size against what Fargate has.
fn on_fargate(seen: &Seen<'_>, own: Option<Size>, reader: &mut Reader<'_>) {
    let (hard, soft) = (&seen.fields.memory, &seen.fields.memory_reservation);
    if soft.value > 0 && hard.value > soft.value {
        let message = format!(
            "on Fargate `memoryReservation: {}` becomes the task's memory, below the container's `memory: {}`",
            soft.value, hard.value
        );
        reader.say(
            seen.about(Code::SoftIsFargateSize, soft, message)
                .related(seen.place(hard), "the container's hard limit")
                .help("AWS refuses that; give `memory` alone"),
        );
        return;
    }
    let need = own.unwrap_or_else(|| launch::size(seen.fields));
    let windows = launch::platform(seen.fields) == Platform::WindowsX86;
    let nearest = catalogue::fargate_nearest(need, windows);
    if nearest != need {
        let message = format!("Fargate has no size of {need}");
        let zero = need.cpu == CpuUnits::ZERO;
        let diagnostic =
            seen.about(Code::FargateSize, if zero { &seen.fields.cpu } else { size_field(seen) }, message);
        let help =
            format!("the nearest is `cpu: {}` with `memory: {}`", nearest.cpu.get(), nearest.memory.get());
        reader.say(diagnostic.help(help));
    }
}

/// The field that makes a Fargate task's memory.
fn size_field<'a>(seen: &Seen<'a>) -> &'a crate::effective::Effective<u32> {
    if seen.fields.memory_reservation.value > 0 {
        &seen.fields.memory_reservation
    } else {
        &seen.fields.memory
    }
}

/// Checks the ephemeral storage: 21 to 200 GiB (Amazon ECS API Reference, `EphemeralStorage`).
fn disk(seen: &Seen<'_>, reader: &mut Reader<'_>) {
    let field = &seen.fields.ephemeral_storage_size_in_gib;
    let Some(gib) = field.value else { return };
    if !(21..=200).contains(&gib) {
        let message = format!("`ephemeralStorageSizeInGiB: {gib}` is outside 21 to 200");
        reader.say(
            seen.about(Code::EphemeralStorage, field, message)
                .help("leave it out for the 20 GiB that are free"),
        );
    } else if !seen.fargate {
        let message = "`ephemeralStorageSizeInGiB` has no effect outside Fargate";
        reader.say(seen.about(Code::IgnoredField, field, message));
    }
}
