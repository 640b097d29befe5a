DROP TABLE account_imports;
