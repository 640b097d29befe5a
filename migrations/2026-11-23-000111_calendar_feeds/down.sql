DROP TABLE calendar_addresses;
DROP TABLE calendar_feeds;
