-- Lists of one site or centre by state of the report, newest first: without these a rare state was looked for row by row.
CREATE INDEX studies_site_report ON studies (site, report_phase, created_at, study_id);
CREATE INDEX studies_centre_report ON studies (reading_centre, report_phase, created_at, study_id);
