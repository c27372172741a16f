# ./regional fuzz [--minutes N] [--seed S] [--case C]: the seeded fuzzers of all subjects, an hour unless told. Sourced by ./regional.
export REGIONAL_FUZZ_MINUTES=60
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || fail "fuzz: $1 needs a number"
  case "$1" in
    --minutes) export REGIONAL_FUZZ_MINUTES=$2 ;;
    --seed) export REGIONAL_FUZZ_SEED=$2 ;;
    --case) export REGIONAL_FUZZ_CASE=$2 ;;
    *) fail "fuzz: what is $1? (--minutes N, --seed S, --case C)" ;;
  esac
  shift 2
done
failed=0
for name in Imaging.Tests Edge.Tests; do
  dotnet build "$root/tests/$name" -c "$configuration" -p:Stack="$stack" -v quiet -clp:NoSummary -nologo >"$build_dir/build.log" 2>&1 \
    || { grep -E "error|warn" "$build_dir/build.log" | sort -u | head -40 >&2; fail "$name did not build"; }
done
for name in Imaging.Tests Edge.Tests; do
  dotnet test "$root/tests/$name" -c "$configuration" --no-build --nologo --filter "FullyQualifiedName~.Fuzzing." --logger "console;verbosity=normal" || failed=1
done
[ "$failed" = 0 ] || fail "a fuzzer found something: the messages name seed and case, the inputs are in artifacts/fuzz"
say "No fuzzer found anything."
