# ./regional bench codecs: codecs on one core beside CharLS in the same process (Debian: libcharls2). Sourced by ./regional.
mkdir -p "$root/artifacts/bench"
export REGIONAL_BENCH=1 DOTNET_TieredPGO=1
dotnet build "$root/tests/Imaging.Tests" -c "$configuration" -p:Stack="$stack" -v quiet -clp:NoSummary -nologo >"$build_dir/build.log" 2>&1 \
  || { grep -E "error|warn" "$build_dir/build.log" | sort -u | head -40 >&2; fail "the bench did not build"; }
dotnet test "$root/tests/Imaging.Tests" -c "$configuration" --no-build --nologo --filter "FullyQualifiedName~CodecThroughput" --logger "console;verbosity=detailed" \
  | sed -n 's/^ *\(|.*|\)$/\1/p' | tee "$root/artifacts/bench/codecs.md"
say "The figures are in artifacts/bench/codecs.md."
