-- They are read in the other order again.
TRUNCATE account_exports CASCADE;
DROP INDEX erased_subjects_by_age;
DROP INDEX responses_by_day;
DROP INDEX access_log_by_grant;
