-- A critical value follows its exam to another study and site; the columns beside the payload had stayed behind.
UPDATE critical_values SET
    study_id = payload::json #>> '{Suspicion,StudyId}',
    site = payload::json #>> '{Suspicion,Site}',
    reading_centre = payload::json #>> '{Suspicion,ReadingCentre}';

-- Accounts that the demo profile made open nothing outside it. Until this step no other way made any.
ALTER TABLE accounts ADD COLUMN demo INTEGER NOT NULL DEFAULT 0;
UPDATE accounts SET demo = 1;
