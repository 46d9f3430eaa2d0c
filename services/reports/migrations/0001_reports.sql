-- What can be reported on, as the incidents service says it, and how bad it is by the reports alone. A component is
-- asked for again while it was changed more often than the answer that is known.
CREATE TABLE components (
    slug TEXT NOT NULL PRIMARY KEY,
    is_public BOOLEAN NOT NULL,
    known_since BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    asked BIGINT NOT NULL,
    level TEXT,
    level_since BIGINT,
    below_since BIGINT
);

CREATE INDEX components_unasked ON components (slug) WHERE changed > asked;

CREATE INDEX components_raised ON components (slug) WHERE level IS NOT NULL;

-- Who has reported in the last minutes: a pseudonym, under a key that lasts a day.
CREATE TABLE reporters (
    component TEXT NOT NULL,
    visitor TEXT NOT NULL,
    counted_at BIGINT NOT NULL,
    given BIGINT NOT NULL,
    PRIMARY KEY (component, visitor)
);

CREATE INDEX reporters_counted ON reporters (counted_at);

-- What was reported, for a while. Nothing tells who it was.
CREATE TABLE reports (
    n IDENTITY_KEY,
    component TEXT NOT NULL,
    kind TEXT NOT NULL,
    message TEXT,
    at BIGINT NOT NULL,
    counted BOOLEAN NOT NULL
);

CREATE INDEX reports_component ON reports (component, n);

CREATE INDEX reports_at ON reports (at);

-- How many visitors reported in each quarter of an hour (a grain of 900 seconds), hour (3600) or day (86400). What was
-- told of is what people may have seen.
CREATE TABLE counts (
    component TEXT NOT NULL,
    grain BIGINT NOT NULL,
    start BIGINT NOT NULL,
    count BIGINT NOT NULL,
    told BIGINT NOT NULL,
    PRIMARY KEY (component, grain, start)
);

CREATE INDEX counts_start ON counts (grain, start);

-- What was usual in each quarter of an hour of the last day.
CREATE TABLE baselines (
    component TEXT NOT NULL,
    start BIGINT NOT NULL,
    usual DOUBLE PRECISION NOT NULL,
    spread DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (component, start)
);

CREATE INDEX baselines_start ON baselines (start);

-- Each change of a level; null is none.
CREATE TABLE levels (
    n IDENTITY_KEY,
    component TEXT NOT NULL,
    at BIGINT NOT NULL,
    level TEXT
);

CREATE INDEX levels_component ON levels (component, at);

CREATE INDEX levels_at ON levels (at);
