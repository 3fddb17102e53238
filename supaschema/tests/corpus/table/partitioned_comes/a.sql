-- a partitioned table comes with its partitions
create schema app;
