//! Made-up states of a made-up company, for the eye and for the tests.

use contracts::communications::{Announcement, Banner, BannerLevel, PublicState};
use contracts::incidents::{
    Component, ComponentHistory, EntryType, Histories, History, HistoryDay, HistoryMonth, Incident,
    IncidentStatus, Postmortem, PostmortemState, Reason, Seconds, TimelineEntry, Visibility,
};
use contracts::maintenances::{Maintenance, MaintenanceState, Occurrence};
use contracts::providers::{
    GraphProvider, Overlap, Provider, ProviderGraph, ProviderIncident, Reading, Relation,
};
use contracts::reports::{Baseline, LevelChange, ReportHistory, ReportQuarter};
use contracts::{Level, Status};
use frontend::view::{Asking, Refused, SubscribeForm, Typed};
use frontend::{Missing, Service, Snapshot, render, view};
use kit_base::{Page, Timestamp, slug};

/// The moment at which everything here is looked at: 2026-11-21T14:17:30Z.
pub fn now() -> Timestamp {
    Timestamp::from_micros(1_795_270_650_000_000)
}

/// So many minutes before now.
pub fn ago(minutes: u64) -> Timestamp {
    now().minus(std::time::Duration::from_secs(minutes * 60))
}

/// Every state, with the name of its file.
pub fn all() -> [(&'static str, Snapshot); 9] {
    [
        ("quiet", quiet()),
        ("outage", outage()),
        ("major", major()),
        ("unknown", unknown()),
        ("maintenance", maintenance()),
        ("many", many()),
        ("empty", empty()),
        ("missing", missing()),
        ("hostile", hostile()),
    ]
}

/// Every page that the templates can make, with the name of its file.
pub fn pages() -> Vec<(String, Result<String, askama::Error>)> {
    let site = "Acme <status>";
    let mut pages = Vec::new();
    for (name, snapshot) in all() {
        pages.push((name.to_owned(), render::status_page(&view::status_view(&snapshot, now(), site))));
        let providers = view::providers_view(&snapshot, now(), site);
        pages.push((format!("{name}-providers"), render::providers_page(&providers)));
        for place in [
            view::Place { page: 1, component: None },
            view::Place { page: 2, component: Some("search".to_owned()) },
        ] {
            let found = history(&snapshot, place.page);
            let history = view::history_view(&snapshot, found.as_ref(), &place, now(), site);
            pages.push((format!("{name}-history-{}", place.page), render::history_page(&history)));
        }
        for slug in ["website", "deployments", "checkout", "data-3"] {
            let reports = reports(slug, name);
            let pasts = (name != "missing").then(|| pasts(slug));
            let component =
                view::component_view(&snapshot, reports.as_ref(), pasts.as_ref(), now(), site, slug);
            pages.extend(
                component.map(|view| (format!("{name}-component-{slug}"), render::component_page(&view))),
            );
        }
        let typed = Typed {
            component: "checkout".to_owned(),
            kind: "nonsense".to_owned(),
            message: "\"><script>alert(5)</script>".to_owned(),
        };
        let refused =
            Refused { kind: Some("Choose what you see."), message: Some("Too long."), ..Refused::default() };
        for (nth, (typed, refused)) in
            [(Typed::default(), Refused::default()), (typed, refused)].iter().enumerate()
        {
            let form = view::report_view(&snapshot, typed, refused.clone(), now(), site);
            pages.push((format!("{name}-report-{nth}"), render::report_page(&form)));
        }
        let thanks = view::thanks_view(&snapshot, "checkout", reports("website", name).as_ref(), now(), site);
        pages.extend(thanks.map(|view| (format!("{name}-thanks"), render::thanks_page(&view))));
        let refused = Asking::Refused { email: Some("No."), components: Some("No."), whole: Some("No.") };
        let typed = SubscribeForm {
            email: "\"><script>alert(6)</script>".to_owned(),
            components: vec!["api".to_owned()],
            asking: refused,
        };
        let done = SubscribeForm { asking: Asking::Done, ..SubscribeForm::default() };
        for (nth, form) in [SubscribeForm::default(), typed, done].iter().enumerate() {
            let view = view::subscribe_view(&snapshot, form, now(), site);
            pages.push((format!("{name}-subscribe-{nth}"), render::subscribe_page(&view)));
        }
        for (nth, incident) in snapshot.incidents.iter().enumerate() {
            let view = view::incident_view(&snapshot, incident, now(), site);
            pages.extend(view.map(|view| (format!("{name}-incident-{nth}"), render::incident_page(&view))));
        }
        for (nth, one) in snapshot.maintenances.iter().enumerate() {
            let view = view::work_view(&snapshot, one, now(), site);
            pages.extend(view.map(|view| (format!("{name}-maintenance-{nth}"), render::work_page(&view))));
        }
        for slug in ["github", "stripe"] {
            let over = [];
            let whole = snapshot.providers.iter().find(|provider| provider.slug == slug);
            let graph = around(&snapshot);
            let asked = view::Asked { whole, over: Some(&over), graph: Some(&graph) };
            let provider = view::provider_view(&snapshot, slug, asked, now(), site);
            pages.extend(
                provider.map(|view| (format!("{name}-provider-{slug}"), render::provider_page(&view))),
            );
        }
    }
    pages
}

/// A day of reports: none where the service is silent, few on a quiet day, a storm on a bad one.
pub fn reports(slug: &str, day: &str) -> Option<ReportHistory> {
    if day == "missing" {
        return None;
    }
    let storm = slug == "website" && day != "quiet";
    let start = ago(95 * 15 + 2);
    let count = |nth: u64| match (storm, nth) {
        (true, 90..) => [7, 23, 41, 38, 29, 4].get(nth as usize - 90).copied().unwrap_or(0),
        _ if slug == "checkout" => 0,
        _ => (nth * 7 + nth / 5) % 4,
    };
    let baseline = Baseline { usual: 1.0, low: 0.0, high: 4.8, alarm: 10.5 };
    let quarters = (0..96).map(|nth| ReportQuarter {
        start: start.plus(std::time::Duration::from_secs(nth * 900)),
        count: count(nth),
        baseline: (nth >= 8).then_some(baseline),
    });
    let changes = [(61, Some(Level::DegradedPerformance)), (48, Some(Level::PartialOutage)), (700, None)];
    let mut changes: Vec<LevelChange> =
        changes.into_iter().map(|(at, level)| LevelChange { at: ago(at), level }).collect();
    changes.sort_by_key(|change| change.at);
    Some(ReportHistory {
        component: slug.to_owned(),
        level: storm.then_some(Level::PartialOutage),
        since: storm.then(|| ago(48)),
        recent: if storm { 31 } else { 0 },
        quarters: quarters.collect(),
        changes: if storm { changes } else { Vec::new() },
    })
}

/// Midnight, so many days ago.
fn midnight(days: u64) -> Timestamp {
    let date = date(days);
    Timestamp::parse(&format!("{date}T00:00:00Z")).unwrap_or_default()
}

fn date(days: u64) -> String {
    ago(days * 1440).to_string().chars().take(10).collect()
}

/// A day that was not well: so many days ago, so many minutes in this state.
fn bad_day(days: u64, status: Status, minutes: f64) -> HistoryDay {
    let whole = if days == 0 { 14.0 * 3600.0 } else { 86_400.0 };
    let mut seconds = Seconds { operational: whole - minutes * 60.0, ..Seconds::default() };
    let (place, weight) = match status {
        Status::MajorOutage => (&mut seconds.major_outage, 1.0),
        Status::PartialOutage => (&mut seconds.partial_outage, 0.5),
        Status::DegradedPerformance => (&mut seconds.degraded_performance, 0.0),
        Status::UnderMaintenance => (&mut seconds.under_maintenance, 0.0),
        _ => (&mut seconds.unknown, 0.0),
    };
    *place = minutes * 60.0;
    let known = whole - seconds.unknown - seconds.under_maintenance;
    let uptime = (known > 0.0).then(|| 1.0 - minutes * 60.0 * weight / known);
    HistoryDay { date: date(days), uptime, worst: Some(status), seconds }
}

/// The bad days of a component, oldest first.
fn bad_days(slug: &str) -> Vec<HistoryDay> {
    match slug {
        "payments" => vec![
            bad_day(61, Status::Unknown, 1440.0),
            bad_day(60, Status::Unknown, 1440.0),
            bad_day(9, Status::PartialOutage, 20.0),
        ],
        "checkout" => vec![bad_day(40, Status::MajorOutage, 700.0), bad_day(9, Status::PartialOutage, 20.0)],
        "search" => {
            vec![bad_day(30, Status::UnderMaintenance, 300.0), bad_day(2, Status::DegradedPerformance, 88.0)]
        }
        "website" => vec![
            bad_day(83, Status::MajorOutage, 1440.0),
            bad_day(12, Status::Unknown, 200.0),
            bad_day(0, Status::DegradedPerformance, 19.0),
        ],
        _ => Vec::new(),
    }
}

/// Payments is new; all others have been there for longer than is shown.
fn began(slug: &str) -> Timestamp {
    midnight(if slug == "payments" { 70 } else { 400 })
}

fn histories(components: &[Component]) -> Histories {
    let one = |component: &Component| ComponentHistory {
        slug: component.slug.clone(),
        uptime: Some(if bad_days(&component.slug).is_empty() { 1.0 } else { 0.999_123 }),
        begins_at: began(&component.slug),
        days: bad_days(&component.slug),
    };
    Histories {
        first: date(89),
        last: date(0),
        until: ago(0),
        components: components.iter().map(one).collect(),
    }
}

/// How a component was.
pub fn pasts(slug: &str) -> view::Pasts {
    let bad = bad_days(slug);
    let day = |days: u64| {
        let known = bad.iter().find(|day| day.date == date(days)).cloned();
        known.unwrap_or_else(|| HistoryDay {
            date: date(days),
            uptime: Some(1.0),
            worst: Some(Status::Operational),
            seconds: Seconds { operational: 86_400.0, ..Seconds::default() },
        })
    };
    let months = ["2026-09", "2026-10", "2026-11"].map(|month| HistoryMonth {
        month: month.to_owned(),
        uptime: Some(0.999_5),
        worst: Some(Status::PartialOutage),
        seconds: Seconds::default(),
    });
    let before = HistoryMonth {
        month: "2026-08".to_owned(),
        uptime: None,
        worst: None,
        seconds: Seconds { not_counted: 86_400.0, ..Seconds::default() },
    };
    let history = |days: Vec<HistoryDay>, months: Vec<HistoryMonth>| History {
        uptime: Some(0.999_123),
        begins_at: began(slug),
        until: ago(0),
        seconds: Seconds::default(),
        days,
        months,
    };
    view::Pasts {
        days: history((0..90).rev().map(day).collect(), Vec::new()),
        month: history((0..30).rev().map(day).collect(), Vec::new()),
        year: history(Vec::new(), [before].into_iter().chain(months).collect()),
    }
}

/// The incidents of a snapshot as a page of the history, in the middle of others; the first is not to be had.
fn history(snapshot: &Snapshot, page: u32) -> Option<Page<Incident>> {
    let link = Some("http://localhost/api/v1/incidents?page=1".to_owned());
    let results = snapshot.incidents.clone();
    (page > 1).then_some(Page { count: 60, next: link.clone(), previous: link, results })
}

/// A day on which nothing happens, with a past that is short.
pub fn quiet() -> Snapshot {
    let mut past = incident("INC-7QKX2MPA", "Search results were up to an hour old", 3, &["search"]);
    past.status = IncidentStatus::Resolved;
    past.started_at = ago(2 * 1440 + 190);
    past.resolved_at = Some(ago(2 * 1440 + 102));
    past.timeline = vec![said(
        2 * 1440 + 102,
        EntryType::Resolution,
        "The index is whole again. A disk had filled up; it now warns us a day before.",
    )];
    let mut older =
        incident("INC-5RTE9WQZ", "Some card payments were declined", 2, &["payments", "checkout"]);
    older.status = IncidentStatus::Resolved;
    older.started_at = ago(9 * 1440 + 20);
    older.resolved_at = Some(ago(9 * 1440));
    older.postmortem = Some(Postmortem {
        what_happened: "For 20 minutes a third of all card payments was declined. Nobody was charged twice.".to_owned(),
        root_cause: "A certificate of our bank's gateway had expired, and nothing watched it.\n\nThe second gateway took over by \
                     hand, because the switch was not tested since spring."
            .to_owned(),
        action_items: vec![
            "Watch every certificate that we depend on, and warn a month ahead.".to_owned(),
            "Switch between the gateways each Monday.".to_owned(),
        ],
        timeline: String::new(),
        state: PostmortemState::Published,
    });
    Snapshot {
        histories: Some(histories(&shop())),
        components: shop(),
        incidents: vec![past, older],
        providers: clouds(),
        taken_at: ago(0),
        ..Snapshot::default()
    }
}

/// A provider fails, two components with it, and an incident tells of it.
pub fn outage() -> Snapshot {
    let mut snapshot = quiet();
    let news = "GitHub Actions: partial outage";
    set(
        &mut snapshot,
        "deployments",
        Status::PartialOutage,
        22,
        &[reason("csp", Status::PartialOutage, news, "github:actions", 22)],
    );
    let reports =
        reason("reports", Status::DegradedPerformance, "41 people report problems, usually 2", "website", 14);
    let slow =
        reason("dependency", Status::DegradedPerformance, "Deployments: partial outage", "deployments", 19);
    set(&mut snapshot, "website", Status::DegradedPerformance, 19, &[slow, reports]);
    let mut open =
        incident("INC-3HJ8KD2V", "New versions of customer sites are not going live", 2, &["deployments"]);
    open.started_at = ago(22);
    open.timeline = vec![
        said(22, EntryType::Signal, "GitHub Actions: partial outage"),
        said(20, EntryType::Note, "Do not tell anyone that we have no second runner."),
        said(
            18,
            EntryType::Update,
            "Deployments wait in the queue. Sites that are live already are not touched. We are looking for the cause.",
        ),
        said(
            9,
            EntryType::Update,
            "GitHub has confirmed a failure of its build machines. Your changes are kept and will go live, in order, \
             as soon as the machines are back. You do not have to do anything.",
        ),
        said(3, EntryType::Signal, "41 people report problems with Website, usually 2"),
    ];
    let told = |minutes, state, message: &str| Announcement {
        id: format!("{minutes}"),
        incident_id: open.id.clone(),
        ts: ago(minutes),
        message: message.to_owned(),
        state,
    };
    // The first stands in the timeline already, the second does not yet.
    snapshot.announcements = vec![
        told(1, PublicState::Monitoring, "The first builds go through again. We are watching the queue."),
        told(
            9,
            PublicState::Identified,
            &open.timeline.get(3).map_or(String::new(), |one| one.message.clone()),
        ),
    ];
    snapshot.banners = vec![Banner {
        id: "b1".to_owned(),
        text: "On Sunday from 22:00 UTC we move to new machines.".to_owned(),
        level: BannerLevel::Info,
        starts_at: ago(60),
        ends_at: None,
        link: Some("https://acme.example/moving".to_owned()),
    }];
    snapshot.incidents.push(open);
    if let Some(github) = snapshot.providers.iter_mut().find(|provider| provider.slug == "github") {
        github.status = Status::PartialOutage;
        github.since = ago(24);
        let title = "Incident with Actions".to_owned();
        let news = ProviderIncident {
            id: "k7".to_owned(),
            title,
            state: "investigating".to_owned(),
            impact: Status::PartialOutage,
            components: vec!["actions".to_owned()],
            started_at: Some(ago(24)),
            updated_at: Some(ago(11)),
            message: "We are investigating reports of degraded performance for Actions.".to_owned(),
            url: Some("https://www.githubstatus.com/incidents/k7".to_owned()),
            ..ProviderIncident::default()
        };
        github.last_good =
            Some(Reading { overall: Status::PartialOutage, incidents: vec![news], ..Reading::default() });
    }
    snapshot
}

/// Something of ours is down, and nobody has opened an incident yet.
pub fn major() -> Snapshot {
    let mut snapshot = quiet();
    let refused = reason(
        "probe",
        Status::MajorOutage,
        "No answer from pay.acme.example in three regions",
        "payments",
        4,
    );
    set(&mut snapshot, "payments", Status::MajorOutage, 4, &[refused]);
    snapshot
}

/// Feeds cannot be read: what hangs on them is not known.
pub fn unknown() -> Snapshot {
    let mut snapshot = quiet();
    set(&mut snapshot, "mail", Status::Unknown, 12, &[]);
    set(
        &mut snapshot,
        "deployments",
        Status::Operational,
        5000,
        &[reason("csp", Status::Unknown, "GitHub: no reading", "github:actions", 12)],
    );
    for provider in
        snapshot.providers.iter_mut().filter(|p| ["github", "sendgrid"].contains(&p.slug.as_str()))
    {
        provider.status = Status::Unknown;
        provider.since = ago(12);
        provider.stale_since = Some(ago(12));
        provider.failures = 12;
        provider.read_at = Some(ago(13));
    }
    snapshot
}

/// Announced work, and an incident whose harm has stopped.
pub fn maintenance() -> Snapshot {
    let mut snapshot = quiet();
    let moving = reason(
        "maintenance",
        Status::UnderMaintenance,
        "Moving the search index to new machines",
        "search",
        31,
    );
    set(&mut snapshot, "search", Status::UnderMaintenance, 31, &[moving]);
    let mut over = incident("INC-9PLM4XCT", "Log-in by e-mail link was slow", 3, &["login"]);
    over.status = IncidentStatus::Mitigated;
    over.started_at = ago(96);
    over.mitigated_at = Some(ago(40));
    over.timeline = vec![said(
        40,
        EntryType::Mitigation,
        "Links arrive within seconds again. We keep watching for an hour.",
    )];
    snapshot.incidents.push(over);
    snapshot.maintenances = vec![
        work("MNT-4KD8XM2P", "Moving the search index to new machines", &["search"], -31, 89),
        Maintenance {
            rrule: Some("FREQ=WEEKLY".to_owned()),
            upcoming: vec![time(MaintenanceState::Scheduled, 8 * 1440, 120)],
            ..work("MNT-7QKX2MPA", "Weekly update of the database", &["website", "checkout"], 1440, 120)
        },
    ];
    snapshot
}

/// A maintenance that begins so many minutes from now and lasts so many.
pub fn work(id: &str, title: &str, components: &[&str], begins: i64, lasts: i64) -> Maintenance {
    let state = if begins < 0 { MaintenanceState::InProgress } else { MaintenanceState::Scheduled };
    let occurrence = time(state, begins, lasts);
    Maintenance {
        id: id.to_owned(),
        title: title.to_owned(),
        description: "Pages may be slow, and searching is not possible for a few minutes.".to_owned(),
        components: components.iter().map(|slug| (*slug).to_owned()).collect(),
        state,
        starts_at: occurrence.starts_at,
        ends_at: occurrence.ends_at,
        time_zone: "Europe/Paris".to_owned(),
        rrule: None,
        exceptions: Vec::new(),
        notify_before: 1440,
        occurrence,
        upcoming: Vec::new(),
        past: Vec::new(),
        created_at: ago(3000),
        changed_at: ago(3000),
    }
}

fn time(state: MaintenanceState, begins: i64, lasts: i64) -> Occurrence {
    let at = |minutes: i64| Timestamp::from_micros(now().micros() + minutes * 60_000_000);
    let began_at = state.runs().then(|| at(begins));
    Occurrence { starts_at: at(begins), ends_at: at(begins + lasts), state, began_at, ended_at: None }
}

/// A hundred components in eight groups, three of them in trouble.
pub fn many() -> Snapshot {
    let groups = ["Websites", "Payments", "Data", "Mail", "Identity", "Mobile", "Partners", "Back office"];
    let member = |place: usize, group: &str| component(&format!("{group} {}", place / 8 + 1), group, &[]);
    let members = groups.iter().cycle().enumerate().take(100).map(|(place, group)| member(place, group));
    let members: Vec<Component> = members.collect();
    let mut snapshot = Snapshot { histories: Some(histories(&members)), components: members, ..quiet() };
    let late = reason(
        "errors",
        Status::DegradedPerformance,
        "One request in nine takes longer than two seconds",
        "data-3",
        7,
    );
    set(&mut snapshot, "data-3", Status::DegradedPerformance, 7, &[late]);
    set(&mut snapshot, "data-7", Status::PartialOutage, 7, &[]);
    set(&mut snapshot, "mobile-2", Status::DegradedPerformance, 3, &[]);
    snapshot
}

/// An installation of this minute.
pub fn empty() -> Snapshot {
    Snapshot { taken_at: now(), ..Snapshot::default() }
}

/// The service that knows the components has fallen silent.
pub fn missing() -> Snapshot {
    let mut snapshot = quiet();
    snapshot.missing = vec![Missing { what: Service::Incidents, since: ago(3) }];
    snapshot
}

/// What nobody should be able to do to the page.
pub fn hostile() -> Snapshot {
    let script = "<script>alert(1)</script>\" onmouseover=\"alert(2)";
    let mut evil = incident("INC-\"><b>", &"wide ".repeat(2000), 1, &["checkout"]);
    evil.timeline = vec![said(
        1,
        EntryType::Update,
        &format!("{script}\n\n\u{202E}desrever\n{}", "unbroken".repeat(300)),
    )];
    let mut bad = reason("csp", Status::MajorOutage, script, "checkout", 1);
    bad.evidence_url = Some("javascript:alert(3)".to_owned());
    let mut snapshot = quiet();
    set(&mut snapshot, "checkout", Status::MajorOutage, 1, &[bad]);
    for provider in &mut snapshot.providers {
        provider.page_url = Some("javascript:alert(4)".to_owned());
        provider.name = format!("\u{202E}{script}{}", provider.name);
    }
    snapshot.banners = vec![Banner {
        id: "b1".to_owned(),
        text: format!("{script} {}", "wide".repeat(120)),
        level: BannerLevel::Critical,
        starts_at: ago(60),
        ends_at: None,
        link: Some("javascript:alert(7)".to_owned()),
    }];
    snapshot.maintenances = vec![Maintenance {
        description: script.repeat(50),
        ..work("MNT-\"><b>", script, &["checkout", "vault"], 60, 60)
    }];
    snapshot.components.push(component("\u{202E}txet \u{2066}", &"G".repeat(10_000), &[]));
    snapshot.incidents.push(evil);
    snapshot
}

fn shop() -> Vec<Component> {
    let mut secret = component("Vault", "Platform", &[]);
    secret.visibility = Visibility::Internal;
    secret.status = Status::MajorOutage;
    vec![
        component("Website", "Shop", &["cloudflare:*", "deployments"]),
        component("Checkout", "Shop", &["payments"]),
        component("Search", "Shop", &[]),
        component("Payments", "Money", &["stripe:api"]),
        component("Invoices", "Money", &["payments"]),
        component("Log-in", "Accounts", &[]),
        component("Mail", "Accounts", &["sendgrid:*"]),
        component("API", "Platform", &["cloudflare:*"]),
        component("Deployments", "Platform", &["github:actions"]),
        component("Webhooks", "Platform", &[]),
        secret,
    ]
}

fn clouds() -> Vec<Provider> {
    let names =
        ["Atlassian", "Cloudflare", "GitHub", "Stripe", "SendGrid", "Docker", "OpenAI", "Vercel", "Linear"];
    names.into_iter().map(provider).collect()
}

/// A component in which all is well.
pub fn component(name: &str, group: &str, needs: &[&str]) -> Component {
    Component {
        slug: slug(name).replace("log-in", "login"),
        name: name.to_owned(),
        group: group.to_owned(),
        depends_on: needs.iter().map(|need| (*need).to_owned()).collect(),
        status: Status::Operational,
        since: ago(12 * 1440),
        ..Component::default()
    }
}

/// An open incident without a word.
pub fn incident(id: &str, title: &str, sev: i64, services: &[&str]) -> Incident {
    Incident {
        id: id.to_owned(),
        title: title.to_owned(),
        sev,
        services: services.iter().map(|slug| (*slug).to_owned()).collect(),
        source: "manual".to_owned(),
        started_at: ago(30),
        ..Incident::default()
    }
}

/// What providers have to do with each other: one runs on another, and both have trouble.
fn around(snapshot: &Snapshot) -> ProviderGraph {
    let known = |p: &Provider| GraphProvider {
        slug: p.slug.clone(),
        name: p.name.clone(),
        status: p.status,
        watched: true,
    };
    let cloud = GraphProvider {
        slug: "far-cloud".to_owned(),
        name: "Far Cloud".to_owned(),
        status: Status::Unknown,
        watched: false,
    };
    let runs = |provider: &str, runs_on: &str| Relation {
        provider: provider.to_owned(),
        runs_on: runs_on.to_owned(),
        known: true,
    };
    ProviderGraph {
        providers: snapshot.providers.iter().map(known).chain([cloud]).collect(),
        relations: vec![runs("github", "far-cloud"), runs("stripe", "github")],
        overlaps: vec![Overlap {
            first: "github".to_owned(),
            first_title: "Incident with Actions".to_owned(),
            second: "stripe".to_owned(),
            second_title: "Payments are delayed".to_owned(),
            since: ago(20),
            until: None,
            related: true,
        }],
    }
}

/// A provider in which all is well.
pub fn provider(name: &str) -> Provider {
    Provider {
        slug: slug(name),
        name: name.to_owned(),
        feed_type: "statuspage".to_owned(),
        feed_url: None,
        page_url: Some(format!("https://status.{}.example", slug(name))),
        status: Status::Operational,
        since: ago(3000),
        read_at: Some(ago(0)),
        stale_since: None,
        trouble: None,
        regions: Vec::new(),
        changed_at: None,
        next_at: None,
        failures: 0,
        notice: None,
        last_good: Some(Reading { overall: Status::Operational, ..Reading::default() }),
    }
}

/// A reason for a component's status.
pub fn reason(source: &str, level: Status, title: &str, component: &str, minutes: u64) -> Reason {
    Reason {
        source: source.to_owned(),
        level,
        title: title.to_owned(),
        component: component.to_owned(),
        since: ago(minutes),
        evidence_url: Some("https://evidence.example/1".to_owned()),
    }
}

fn said(minutes: u64, entry_type: EntryType, message: &str) -> TimelineEntry {
    let author = Some("0198-ana".to_owned());
    TimelineEntry {
        id: 0,
        at: ago(minutes),
        entry_type,
        message: message.to_owned(),
        author,
        evidence_url: None,
        evidence: None,
        edited_at: None,
    }
}

/// Gives a component a status and the reasons for it.
pub fn set(snapshot: &mut Snapshot, slug: &str, status: Status, minutes: u64, because: &[Reason]) {
    for component in snapshot.components.iter_mut().filter(|component| component.slug == slug) {
        component.status = status;
        component.since = ago(minutes);
        component.because = because.to_vec();
    }
}
