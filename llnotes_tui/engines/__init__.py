"""Who writes prose: a Databricks serving endpoint, or rules with no model and no network."""
