-- What can be searched of an incident: once for everybody, and once with the notes for the team.
CREATE TABLE incident_texts (
    n IDENTITY_KEY,
    incident TEXT NOT NULL,
    internal BOOLEAN NOT NULL,
    UNIQUE (incident, internal)
);

CREATE SEARCH TABLE incident_words;

CREATE INDEX incidents_resolved ON incidents (resolved_at);
