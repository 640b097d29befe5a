DROP TRIGGER weeks_of_new ON interactions;
DROP TRIGGER weeks_of_changed ON interactions;
DROP TRIGGER weeks_of_removed ON interactions;
DROP FUNCTION reciprocity_drop_weeks();
DROP FUNCTION reciprocity_drop_changed_weeks();
DROP TABLE evidence_weeks;
