-- Exams that wait for a device, for the modality worklists at the edges. Every change of a site takes the next number of that site's feed, in the
-- same transaction; what waits no longer keeps its number as a gap-free note of it, until it is forgotten.
CREATE TABLE worklist (
    study_id {text} PRIMARY KEY,
    version BIGINT NOT NULL,
    site {text} NOT NULL,
    feed BIGINT NOT NULL,
    waits INTEGER NOT NULL,
    patient_id {text},
    payload TEXT NOT NULL
);
CREATE INDEX worklist_feed ON worklist (site, feed);
CREATE INDEX worklist_patient ON worklist (patient_id, waits);

CREATE TABLE worklist_sites (
    site {text} PRIMARY KEY,
    epoch {text} NOT NULL,
    feed BIGINT NOT NULL,
    -- Up to this number changes are forgotten: who stands before it needs everything again.
    forgotten BIGINT NOT NULL
);

-- Exams that wait already: their grains are woken, and project themselves.
INSERT INTO due (grain_key, at) SELECT study_id, 0 FROM studies WHERE phase IN (2, 4, 5, 7, 8) ON CONFLICT (grain_key) DO NOTHING;
