-- The centre's own tables. {text} compares by code point in both engines; {identity} is a growing key. Instants are ms since 1970 UTC.

CREATE TABLE studies (
    study_id {text} PRIMARY KEY,
    version BIGINT NOT NULL,
    site {text} NOT NULL,
    reading_centre {text} NOT NULL,
    phase INTEGER NOT NULL,
    report_phase INTEGER NOT NULL,
    patient_id {text},
    patient_key {text} NOT NULL,
    accession {text},
    requested_by {text},
    created_at BIGINT NOT NULL,
    -- Priority, deadline, waiting since, id: sorts as a reading list does.
    rank {text} NOT NULL,
    payload TEXT NOT NULL
);
-- Every list is a range of one of these: no query sorts more than a page of each branch (Studies/StudySql).
CREATE INDEX studies_newest ON studies (created_at, study_id);
CREATE INDEX studies_site ON studies (site, created_at, study_id);
CREATE INDEX studies_site_phase ON studies (site, phase, created_at, study_id);
CREATE INDEX studies_centre ON studies (reading_centre, created_at, study_id);
CREATE INDEX studies_centre_phase ON studies (reading_centre, phase, created_at, study_id);
CREATE INDEX studies_work ON studies (reading_centre, report_phase, rank);
CREATE INDEX studies_report ON studies (report_phase, rank);
CREATE INDEX studies_patient ON studies (patient_id, created_at, study_id);
CREATE INDEX studies_requester ON studies (requested_by, created_at, study_id);
CREATE INDEX studies_accession ON studies (accession);
CREATE INDEX studies_name ON studies (patient_key, created_at, study_id, site, reading_centre);

CREATE TABLE study_uids (
    uid {text} PRIMARY KEY,
    study_id {text} NOT NULL
);
CREATE INDEX study_uids_study ON study_uids (study_id);

CREATE TABLE accession_numbers (
    issuer {text} NOT NULL,
    accession {text} NOT NULL,
    study_id {text} NOT NULL,
    PRIMARY KEY (issuer, accession)
);
CREATE INDEX accession_numbers_study ON accession_numbers (study_id);

CREATE TABLE critical_values (
    critical_id {text} PRIMARY KEY,
    version BIGINT NOT NULL,
    study_id {text} NOT NULL,
    site {text} NOT NULL,
    reading_centre {text} NOT NULL,
    open INTEGER NOT NULL,
    suspected_at BIGINT NOT NULL,
    payload TEXT NOT NULL
);
CREATE INDEX critical_values_open ON critical_values (open, suspected_at, critical_id);
CREATE INDEX critical_values_newest ON critical_values (suspected_at, critical_id);
CREATE INDEX critical_values_study ON critical_values (study_id);

CREATE TABLE patients (
    patient_id {text} PRIMARY KEY,
    version BIGINT NOT NULL,
    name_key {text} NOT NULL,
    pinyin_key {text},
    national_id {text},
    phone {text},
    payload TEXT NOT NULL
);
CREATE INDEX patients_name ON patients (name_key);
CREATE INDEX patients_pinyin ON patients (pinyin_key);
CREATE INDEX patients_national_id ON patients (national_id);
CREATE INDEX patients_phone ON patients (phone);

CREATE TABLE patient_local_ids (
    issuer {text} NOT NULL,
    value {text} NOT NULL,
    patient_id {text} NOT NULL,
    PRIMARY KEY (issuer, value)
);
CREATE INDEX patient_local_ids_value ON patient_local_ids (value);
CREATE INDEX patient_local_ids_patient ON patient_local_ids (patient_id);

CREATE TABLE devices (
    device_key {text} PRIMARY KEY,
    site {text} NOT NULL,
    version BIGINT NOT NULL,
    payload TEXT NOT NULL
);

CREATE TABLE sites (
    code {text} PRIMARY KEY,
    version BIGINT NOT NULL,
    payload TEXT NOT NULL
);

-- Grains with something to deliver; the sweeper wakes them (design rule 8).
CREATE TABLE due (
    grain_key {text} PRIMARY KEY,
    at BIGINT NOT NULL
);
CREATE INDEX due_at ON due (at);

CREATE TABLE reminders (
    service_id {text} NOT NULL,
    grain_id {text} NOT NULL,
    name {text} NOT NULL,
    start_at BIGINT NOT NULL,
    period_ms BIGINT NOT NULL,
    grain_hash BIGINT NOT NULL,
    etag {text} NOT NULL,
    PRIMARY KEY (service_id, grain_id, name)
);
CREATE INDEX reminders_hash ON reminders (service_id, grain_hash);

CREATE TABLE accounts (
    user_id {text} PRIMARY KEY,
    name TEXT NOT NULL,
    site {text} NOT NULL,
    roles TEXT NOT NULL,
    title TEXT,
    licence TEXT,
    password TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    locked_until BIGINT,
    created_at BIGINT NOT NULL
);

-- Tokens are stored hashed: the table opens no session.
CREATE TABLE sessions (
    token_hash {text} PRIMARY KEY,
    user_id {text} NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    address TEXT
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE audit (
    sequence {identity},
    at BIGINT NOT NULL,
    user_id {text} NOT NULL,
    site {text} NOT NULL,
    action {text} NOT NULL,
    target {text},
    success INTEGER NOT NULL,
    rule TEXT,
    address TEXT
);
CREATE INDEX audit_user ON audit (user_id, sequence);
CREATE INDEX audit_action ON audit (action, sequence);
CREATE INDEX audit_at ON audit (at);

CREATE TABLE reference_entries (
    kind {text} NOT NULL,
    position INTEGER NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (kind, position)
);

CREATE TABLE reference_files (
    name {text} PRIMARY KEY,
    sha256 {text} NOT NULL,
    imported_at BIGINT NOT NULL
);
