# ./regional bench [--short] [--images N]: a region of its own on free ports, measured beside DCMTK, Orthanc, the disk and a bare endpoint. Sourced by ./regional.
export TCP_NODELAY=1 # else DCMTK waits 40 ms an image and the figures mean nothing
bench_tool() { # folder below artifacts, then options
  local out=$root/artifacts/$1; shift
  load_tool bench --cluster "$cluster" --out "$out" \
    --silo "$root/Silo/bin/$configuration/net10.0/Regional.Silo.dll" --edge "$root/Edge/bin/$configuration/net10.0/Regional.Edge.dll" "$@"
}
bench_tool bench "$@"
# The shaped line is the loopback of a network namespace of its own, which only root may make.
if unshare -n true 2>/dev/null; then
  export -f load_tool bench_tool
  export root cluster configuration
  unshare -n bash -c 'ip link set lo up && bench_tool bench-line --shaped-line "$@"' bench "$@"
  cat "$root/artifacts/bench-line/bench.md" >>"$root/artifacts/bench/bench.md"
else
  say "| over a line of 200 Mbit/s, 20 ms | not measured: needs root, to make a network namespace |  |  |  |  |" | tee -a "$root/artifacts/bench/bench.md"
fi
if [ "$stack" = compat ]; then
  dotnet test "$root/tests/Compat.Orleans.Tests" -c "$configuration" --nologo -v quiet --filter "FullyQualifiedName~ThroughputTests" \
    --logger "console;verbosity=detailed" 2>/dev/null | grep -E "grain calls per second" | sed 's/^ */| grain calls on the embedded engine | /; s/$/ |  |  |  |  |/' \
    | tee -a "$root/artifacts/bench/bench.md"
fi
say "The figures are in artifacts/bench/bench.md."
