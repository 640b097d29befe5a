DROP INDEX interactions_by_dimension;
