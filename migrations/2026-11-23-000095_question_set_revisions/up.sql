-- A draft that was removed and one that is made anew under its name are two: no revision is given twice, so no entity tag is.
CREATE SEQUENCE question_sets_made_revision;
SELECT setval('question_sets_made_revision', (SELECT COALESCE(max(revision), 0) + 1 FROM question_sets_made), false);
GRANT USAGE ON SEQUENCE question_sets_made_revision TO reciprocity_app;
