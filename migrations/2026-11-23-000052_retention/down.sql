DROP TABLE retention_history;
DROP TABLE retention_settings;
