-- When each component was really being worked on, as announced: kept as it was, whatever becomes of the maintenance.
CREATE TABLE maintenance_spans (
    component TEXT NOT NULL,
    maintenance TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (component, maintenance, began_at)
);

CREATE INDEX maintenance_spans_ended ON maintenance_spans (component, ended_at);
