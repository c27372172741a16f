# ./regional bench [--images N]: a region of its own on free ports, measured beside DCMTK, the disk and a bare endpoint. Sourced by ./regional.
export TCP_NODELAY=1 # else DCMTK waits 40 ms an image and the figures mean nothing
load_tool bench --cluster "$cluster" --out "$root/artifacts/bench" \
  --silo "$root/Silo/bin/$configuration/net10.0/Regional.Silo.dll" --edge "$root/Edge/bin/$configuration/net10.0/Regional.Edge.dll" "$@"
if [ "$stack" = compat ]; then
  dotnet test "$root/tests/Compat.Orleans.Tests" -c "$configuration" --nologo -v quiet --filter "FullyQualifiedName~ThroughputTests" \
    --logger "console;verbosity=detailed" 2>/dev/null | grep -E "grain calls per second" | sed 's/^ */| grain calls on the embedded engine | /; s/$/ |  |  |  |/' \
    | tee -a "$root/artifacts/bench/bench.md"
fi
say "The figures are in artifacts/bench/bench.md."
