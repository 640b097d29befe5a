DROP TRIGGER weeks_of_new ON interactions;
DROP TRIGGER weeks_before ON interactions;
DROP TRIGGER weeks_after ON interactions;
DROP TRIGGER weeks_of_removed ON interactions;
DROP FUNCTION reciprocity_drop_weeks();
DROP TABLE evidence_weeks;
