// Real processes on two processor cores: one region at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
