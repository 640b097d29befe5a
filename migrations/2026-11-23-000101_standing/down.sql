DROP TRIGGER what_stood_for_records ON interactions;
DROP FUNCTION reciprocity_free_records();
