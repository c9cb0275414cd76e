//! `allowJobs` and `activeHours`: what is made of them, and what is said where they are wrong.

use footman_config::{Code, Diagnostic, Loaded, Text, load};
use footman_core::{hours::ActiveHours, jobs::JobList};

const JENKINS: &str = "jenkins: {clouds: [{ecs: {name: ecs, cluster: builds, regionName: us-east-1, jenkinsUrl: 'https://j/', \
                       templates: [{templateName: java, label: java, image: i, cpu: 1024, memory: 2048}]}}]}";

/// What `keys` of the template, on line 5, come to.
fn read(keys: &str) -> Result<Loaded, Vec<Diagnostic>> {
    let footman = format!("clouds:\n  ecs:\n    templates:\n      java:\n        {keys}\n");
    let texts = [Text::new("jenkins.yaml", JENKINS), Text::new("footman.yaml", &footman)];
    load(&texts, &|_| None).map_err(|refused| refused.diagnostics)
}

fn shown(list: Option<&JobList>) -> String {
    list.map_or_else(String::new, JobList::to_string)
}

#[test]
fn lists_and_hours_come_to_the_template() {
    let loaded = read("allowJobs: [team/**, \"infra/deploy-*\"]").unwrap();
    assert_eq!(shown(loaded.policy.templates[0].allow_jobs.as_ref()), "`team/**`, `infra/deploy-*`");

    // (what stands there, who may ask for CPU, who for memory)
    let table = [
        ("{cpuMax: 4vcpu}", "", ""),
        ("{cpuMax: 4vcpu, allowJobs: [team/*]}", "`team/*`", "`team/*`"),
        ("{cpuMax: 4vcpu, allowJobs: {cpu: [team/*]}}", "`team/*`", ""),
        ("{cpuMax: 4vcpu, allowJobs: {cpu: [a], memory: [b, c]}}", "`a`", "`b`, `c`"),
    ];
    for (overrides, cpu, memory) in table {
        let loaded = read(&format!("overrides: {overrides}")).unwrap();
        let rules = &loaded.policy.templates[0].overrides;
        let found = (shown(rules.cpu_jobs.as_ref()), shown(rules.memory_jobs.as_ref()));
        assert_eq!(found, (cpu.to_owned(), memory.to_owned()), "{overrides}");
    }

    for hours in ["[\"Mon-Fri 07:00-19:00\"]", "Mon-Fri 07:00-19:00"] {
        let loaded = read(&format!("activeHours: {{timeZone: europe/berlin, hours: {hours}}}")).unwrap();
        let found: &ActiveHours = loaded.policy.templates[0].active_hours.as_ref().unwrap();
        assert_eq!(
            (found.zone().name(), found.spans()[0].to_string().as_str()),
            ("Europe/Berlin", "Mon-Fri 07:00-19:00")
        );
    }
    assert_eq!(read("minIdle: 1").unwrap().policy.templates[0].active_hours, None);
}

#[test]
fn what_is_wrong_is_said_where_it_stands_with_what_is_near() {
    // (the keys, the code, the column, what the message says, the help)
    let table = [
        ("allowJobs: []", Code::BadValue, 20, "an empty list, which lets no job in", ""),
        ("allowJobs: team/app", Code::BadValue, 20, "expected a list of full names", ""),
        ("allowJobs: [team/app, 'team/?']", Code::BadValue, 31, "no job has `?` in its name", ""),
        ("allowJobs: [/team/app]", Code::BadValue, 21, "no `/` at its start", ""),
        ("allowJob: [team/app]", Code::UnknownKey, 9, "`allowJob` is no key", "did you mean `allowJobs`?"),
        (
            "overrides: {allowJobs: {cpus: [a]}}",
            Code::UnknownKey,
            33,
            "`cpus` is no key",
            "did you mean `cpu`?",
        ),
        (
            "activeHours: {timeZone: Europe/Belin, hours: Mon 07:00-19:00}",
            Code::BadValue,
            33,
            "expected a time zone",
            "did you mean `Europe/Berlin`?",
        ),
        (
            "activeHours: {timeZone: UTC, hours: [Monday 07:00-19:00]}",
            Code::BadValue,
            46,
            "`Monday` is no day",
            "did you mean `Mon`?",
        ),
        ("activeHours: {timeZone: UTC, hours: [Mon 7-19]}", Code::BadValue, 46, "`7` is no time", ""),
        ("activeHours: {timeZone: UTC, hours: []}", Code::BadValue, 45, "expected hours", ""),
        ("activeHours: {timeZone: UTC}", Code::MissingKey, 22, "needs `hours`", ""),
        ("activeHours: {hours: Mon 07:00-19:00}", Code::MissingKey, 22, "needs `timeZone`", ""),
        ("activeHours: Mon 07:00-19:00", Code::BadValue, 22, "expected `timeZone`, and `hours`", ""),
        (
            "activeHours: {timezone: UTC, hours: Mon 07:00-19:00}",
            Code::UnknownKey,
            23,
            "`timezone` is no key",
            "did you mean `timeZone`?",
        ),
    ];
    for (keys, code, column, says, help) in table {
        let diagnostics = read(keys).expect_err(keys);
        let found = diagnostics.iter().find(|found| found.code == code && found.message.contains(says));
        let found = found.unwrap_or_else(|| panic!("{keys}: {diagnostics:#?}"));
        let place = found.place.as_ref().expect(keys);
        assert_eq!((&*place.file, place.line, place.column), ("footman.yaml", 5, column), "{keys}");
        assert_eq!(found.help.as_deref().unwrap_or_default(), help, "{keys}");
    }
}
