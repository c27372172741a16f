# ./regional test [PROJECT…]: installs what the tests need (as root), runs all of them, ends with "N passed, N failed". Sourced by ./regional.
need_tools
mkdir -p "$build_dir" "$root/artifacts/tests"

install_needs() {
  local -A package_of=([storescu]=dcmtk [dciodvfy]=dicom3tools [chromium]=chromium [strace]=strace [dcmdump]=dcmtk [gdcmconv]=libgdcm-tools [ojph_compress]=openjph-tools [Orthanc]=orthanc [ip]=iproute2)
  local missing=()
  for tool in "${!package_of[@]}"; do command -v "$tool" >/dev/null || missing+=("${package_of[$tool]}"); done
  ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql)
  dpkg -s fonts-noto-cjk >/dev/null 2>&1 || missing+=(fonts-noto-cjk)
  [ "${#missing[@]}" -gt 0 ] || return 0
  mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing for the tests: ${missing[*]} …"
    apt-get update -qq >"$build_dir/apt.log" 2>&1 || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >>"$build_dir/apt.log" 2>&1 \
      || { tail -5 "$build_dir/apt.log" >&2; say "not everything could be installed; tests that need it say so" >&2; }
  else
    say "For the whole suite install: apt-get install ${missing[*]}. Without, the tests that need them are skipped."
  fi
}

total_passed=0
total_failed=0
total_skipped=0
broken=()

# What failed and why, from a result file: name, message and the top of the stack.
say_failures() {
  node -e '
    const text = require("fs").readFileSync(process.argv[1], "utf8");
    const plain = (xml) => xml.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, "\"").replace(/&#x?[0-9A-Fa-f]+;/g, " ").replace(/&amp;/g, "&");
    for (const [result] of text.matchAll(/<UnitTestResult [^>]*outcome="Failed"[\s\S]*?<\/UnitTestResult>/g)) {
      const part = (name) => plain((new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(result) ?? ["", ""])[1]);
      console.log("  ✗ " + plain(/testName="([^"]*)"/.exec(result)[1]));
      for (const line of [...part("Message").split("\n").slice(0, 12), ...part("StackTrace").split("\n").slice(0, 6)]) console.log("      " + line);
    }' "$1" || true
}

# One test project; measurements are not tests and run by themselves. A missing tool fails its tests on CI by itself (TestKit). A run that leaves no result file, or executes nothing, is a failure.
run_project() {
  local name=$1 results="$root/artifacts/tests/$1.trx" log="$root/artifacts/tests/$1.log" began ended code
  rm -f "$results"
  began=$(date +%s)
  timeout "${REGIONAL_TEST_TIMEOUT:-900}" dotnet test "tests/$name" -c "$configuration" --no-build --nologo -v quiet --filter "FullyQualifiedName!~Compat.Grpc.Tests.ThroughputTests" \
    --logger "trx;LogFileName=$results" >"$log" 2>&1 && code=0 || code=$?
  ended=$(date +%s)
  if [ ! -f "$results" ]; then
    say "FAILED  $name: no results (see artifacts/tests/$name.log)"; tail -15 "$log"
    total_failed=$((total_failed + 1)); broken+=("$name"); return
  fi
  local counters passed failed total skipped
  counters=$(grep -o '<Counters [^>]*>' "$results" | head -1)
  total=$(sed -E 's/.* total="([0-9]+)".*/\1/' <<<"$counters")
  passed=$(sed -E 's/.* passed="([0-9]+)".*/\1/' <<<"$counters")
  failed=$(sed -E 's/.* failed="([0-9]+)".*/\1/' <<<"$counters")
  skipped=$((total - passed - failed))
  [ "$total" -gt 0 ] || { failed=1; say "FAILED  $name: no test was run"; }
  # A host that dies in the middle, or a failure outside any test, leaves counters that look well.
  if [ "$code" != 0 ] && [ "$failed" = 0 ]; then failed=1; say "FAILED  $name: the run ended with $code"; tail -15 "$log"; fi
  total_passed=$((total_passed + passed)); total_failed=$((total_failed + failed)); total_skipped=$((total_skipped + skipped))
  printf '%-7s %-26s %4s passed %3s failed %3s skipped  %4ss\n' "$([ "$failed" = 0 ] && echo ok || echo FAILED)" "$name" "$passed" "$failed" "$skipped" "$((ended - began))"
  if [ "$failed" != 0 ]; then
    broken+=("$name")
    say_failures "$results"
  fi
}

run_pages() {
  local log="$root/artifacts/tests/pages.log"
  ( cd Portal/Web && npm run --silent lint && npx vitest run --reporter=json --outputFile="$root/artifacts/tests/pages.json" ) >"$log" 2>&1
  local code=$? passed=0 failed=0
  if [ -f "$root/artifacts/tests/pages.json" ]; then
    passed=$(node -p "require('$root/artifacts/tests/pages.json').numPassedTests")
    failed=$(node -p "require('$root/artifacts/tests/pages.json').numFailedTests")
  fi
  if [ "$code" != 0 ] && [ "$failed" = 0 ]; then failed=1; tail -20 "$log"; fi
  total_passed=$((total_passed + passed)); total_failed=$((total_failed + failed))
  printf '%-7s %-26s %4s passed %3s failed\n' "$([ "$failed" = 0 ] && echo ok || echo FAILED)" "pages (vitest, eslint)" "$passed" "$failed"
  [ "$failed" = 0 ] || broken+=("pages")
}

install_needs
all=()
for folder in tests/*.Tests; do all+=("$(basename "$folder")"); done
chosen=("$@")
[ "${#chosen[@]}" -gt 0 ] || chosen=("${all[@]}")

say "Building everything ($stack) …"
dotnet build Regional.sln -c "$configuration" -p:Stack="$stack" -v quiet -clp:NoSummary -nologo >"$build_dir/build.log" 2>&1 \
  || { grep -E "error|warning" "$build_dir/build.log" | sort -u | head -40; say "0 passed, 1 failed"; exit 1; }
touch "$build_dir/product-$stack"
if [ -f Portal/Web/package.json ]; then build_web; fi

[ "$#" -gt 0 ] || [ ! -f Portal/Web/package.json ] || { rm -f artifacts/tests/pages.json; set +e; run_pages; set -e; }
for name in "${chosen[@]}"; do
  [ -d "tests/$name" ] || fail "there is no test project tests/$name"
  run_project "$name"
done

[ "${#broken[@]}" -eq 0 ] || say "Failed: ${broken[*]}. Logs are in artifacts/tests."
[ "$total_skipped" -eq 0 ] || say "$total_skipped skipped (each says why in its log)."
say "$total_passed passed, $total_failed failed"
[ "$total_failed" -eq 0 ]
