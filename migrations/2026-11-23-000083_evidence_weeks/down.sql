DROP TRIGGER weeks_of_new ON interactions;
DROP TRIGGER weeks_of_changed ON interactions;
DROP TRIGGER weeks_of_removed ON interactions;
DROP FUNCTION reciprocity_weeks_of_entries();
DROP FUNCTION reciprocity_weeks_of_changed_entries();
DROP FUNCTION reciprocity_drop_weeks(uuid[], uuid[], date[]);
DROP TABLE evidence_weeks;
