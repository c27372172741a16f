// Hosts, ports and two processor cores are shared by all tests here: one at a time, so that times and memory mean something.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
