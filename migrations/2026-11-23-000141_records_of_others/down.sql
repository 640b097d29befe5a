DROP INDEX records_of_others;
