# ./regional bench [--quick]: ingest, frames, grain calls and the link, beside peers where installed. Sourced by ./regional.
# Everything on loopback, in a folder of its own; ratios of one run, since machines are noisy. Prints "name  ours  peer or limit  ratio".
slices=100
repeats=3
[ "${1:-}" != --quick ] || { slices=40; repeats=1; }
command -v storescu >/dev/null && command -v storescp >/dev/null || fail "bench needs DCMTK (Debian: dcmtk)"
export TCP_NODELAY=1
bench_dir=$(mktemp -d "${TMPDIR:-/tmp}/regional-bench.XXXXXX")
bench_pids=()
bench_end() {
  local pid
  for pid in "${bench_pids[@]+"${bench_pids[@]}"}"; do kill -TERM "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$bench_dir"
}
trap bench_end EXIT
trap 'exit 130' INT TERM

row() { printf '%-46s %12s  %-34s %s\n' "$1" "$2" "$3" "$4"; }
now() { date +%s%N; }
per_second() { awk -v n="$1" -v ns="$2" 'BEGIN{printf "%.0f", n * 1e9 / ns}'; } # count, nanoseconds
ratio() { awk -v a="$1" -v b="$2" 'BEGIN{if (b > 0) printf "%.2f", a / b; else print "-"}'; }
median() { sort -n | awk '{v[NR] = $1} END{print v[int((NR + 1) / 2)]}'; }

say "Making $((slices * 4)) synthetic CT slices …"
for part in 1 2 3 4; do
  load_tool phantom save --kind ct --images "$slices" --seed "$((9000 + part))" --folder "$bench_dir/ct$part" >/dev/null
done
bytes=$(du -sb "$bench_dir/ct1" | cut -f1)

sed -e "s#^data: .*#data: $bench_dir/data#" -e "s#load/Demo/reference.yaml#$root/load/Demo/reference.yaml#" \
  -e 's/:8080/:47080/; s/:8081/:47081/; s/:1111\([234]\)/:4711\1/; s/:809\([123]\)/:4709\1/; s/:257\([567]\)/:4757\1/' \
  -e 's/silo-port: [0-9]*/silo-port: 47011/; s/gateway-port: [0-9]*/gateway-port: 47030/' "$root/cluster.yaml" >"$bench_dir/cluster.yaml"
silo run --cluster "$bench_dir/cluster.yaml" >"$bench_dir/centre.out" 2>&1 & bench_pids+=($!)
edge run --cluster "$bench_dir/cluster.yaml" --site township-a >"$bench_dir/edge.out" 2>&1 & bench_pids+=($!)
storescp --ignore -pdu 131072 47201 >/dev/null 2>&1 & bench_pids+=($!)
for url in http://127.0.0.1:47080 http://127.0.0.1:47091; do
  for _ in $(seq 300); do curl -fsS -o /dev/null "$url/health/ready" 2>/dev/null && break; sleep 0.1; done
done
curl -fsS -X POST http://127.0.0.1:47091/uploads/pause

# The same files again would be duplicates: storescu invents SOP Instance UIDs while it sends, towards both sides alike.
send_one() { # folder, port, called AE
  storescu -pdu 131072 +sd +II -aec "$3" 127.0.0.1 "$2" "$1" >/dev/null 2>&1
}
pass() { # name, port, AE: images per second of one association
  local t; t=$(now)
  send_one "$bench_dir/ct1" "$2" "$3"
  per_second "$slices" $(($(now) - t))
}

say "Ingest, one association, A B B A × $repeats …"
: >"$bench_dir/peer"; : >"$bench_dir/ours"
for _ in $(seq "$repeats"); do
  pass ignore 47201 ANY >>"$bench_dir/peer"; pass ours 47112 TOWNSHIPA >>"$bench_dir/ours"
  pass ours 47112 TOWNSHIPA >>"$bench_dir/ours"; pass ignore 47201 ANY >>"$bench_dir/peer"
done
ignore=$(median <"$bench_dir/peer"); one=$(median <"$bench_dir/ours")
sync=$(perl -MIO::Handle -e '
  open(my $f, ">", $ARGV[0]) or die; my $b = "x" x 526228; my ($n, $t) = (0, time);
  use Time::HiRes; my $s = Time::HiRes::time();
  while (Time::HiRes::time() - $s < 2) { syswrite($f, $b); $f->sync or die; $n++ }
  printf "%.0f", $n / (Time::HiRes::time() - $s); unlink $ARGV[0]' "$bench_dir/sync")
limit=$(awk -v a="$ignore" -v b="$sync" 'BEGIN{printf "%.0f", 1 / (1 / a + 1 / b)}')
row "durable C-STORE, 1 association, images/s" "$one" "network + sync limit $limit (storescp $ignore, fsync $sync)" "ratio $(ratio "$one" "$limit")  (bar 0.90)"

t=$(now); four=()
for part in 1 2 3 4; do send_one "$bench_dir/ct$part" 47112 TOWNSHIPA & four+=($!); done
wait "${four[@]}"
all_four=$(per_second $((slices * 4)) $(($(now) - t)))
row "durable C-STORE, 4 associations, images/s" "$all_four" "group limit: 4 × fsync rate $((sync * 4))" "ratio $(ratio "$all_four" $((sync * 4)))"

if command -v Orthanc >/dev/null; then
  mkdir -p "$bench_dir/orthanc"
  cat >"$bench_dir/orthanc.json" <<JSON
{"StorageDirectory":"$bench_dir/orthanc","IndexDirectory":"$bench_dir/orthanc","HttpPort":47801,"DicomPort":47802,"RemoteAccessAllowed":false,
 "SyncStorageArea":true,"OverwriteInstances":true,"MaximumPduLength":131072,"HttpCompressionEnabled":false,"StorageAccessOnFind":"Never",
 "Plugins":["/usr/share/orthanc/plugins/libOrthancDicomWeb.so"]}
JSON
  Orthanc "$bench_dir/orthanc.json" >/dev/null 2>&1 & bench_pids+=($!)
  for _ in $(seq 200); do curl -fsS -o /dev/null http://127.0.0.1:47801/system 2>/dev/null && break; sleep 0.1; done
  orthanc_one=$(pass orthanc 47802 ORTHANC)
  row "  beside Orthanc, 1 association, images/s" "$one" "Orthanc $orthanc_one" "ratio $(ratio "$one" "$orthanc_one")"
  t=$(now); four=()
  for part in 1 2 3 4; do send_one "$bench_dir/ct$part" 47802 ORTHANC & four+=($!); done
  wait "${four[@]}"
  orthanc_four=$(per_second $((slices * 4)) $(($(now) - t)))
  row "  beside Orthanc, 4 associations, images/s" "$all_four" "Orthanc $orthanc_four" "ratio $(ratio "$all_four" "$orthanc_four")  (bar 3.00)"
else
  say "  (Orthanc is not installed: no figures beside it; Debian: orthanc orthanc-dicomweb)"
fi

queued=$(curl -fsS http://127.0.0.1:47091/status | node -p 'JSON.parse(require("fs").readFileSync(0)).queuedBytes')
t=$(now)
curl -fsS -X POST http://127.0.0.1:47091/uploads/resume
for _ in $(seq 3000); do
  [ "$(curl -fsS http://127.0.0.1:47091/status | node -p 'JSON.parse(require("fs").readFileSync(0)).queuedInstances')" != 0 ] || break
  sleep 0.05
done
spent=$(($(now) - t))
line=$(awk -v b="$queued" -v ns="$spent" 'BEGIN{printf "%.0f", b * 1000 / ns}')
raw="-"
if command -v iperf3 >/dev/null; then
  iperf3 -s -p 47301 -1 >/dev/null 2>&1 & bench_pids+=($!)
  sleep 0.3
  raw=$(iperf3 -c 127.0.0.1 -p 47301 -t 3 -J 2>/dev/null | node -p '(JSON.parse(require("fs").readFileSync(0)).end.sum_received.bits_per_second/8e6).toFixed(0)')
fi
row "edge → centre, synced and indexed, MB/s" "$line" "loopback iperf3 $raw MB/s" "(bar 50 MB/s where the line allows)"

token=$(curl -fsS -X POST -H 'content-type: application/json' -d '{"username":"senior","password":"regional-demo"}' http://127.0.0.1:47080/api/auth/login | node -p 'JSON.parse(require("fs").readFileSync(0)).token')
auth="Authorization: Bearer $token"
if command -v wrk >/dev/null; then
  first=$(curl -fsS -H "$auth" -H 'Accept: application/dicom+json' 'http://127.0.0.1:47080/dicom-web/instances?limit=1' \
    | node -p 'const i=JSON.parse(require("fs").readFileSync(0))[0]; const v=t=>i[t].Value[0]; `/dicom-web/studies/${v("0020000D")}/series/${v("0020000E")}/instances/${v("00080018")}/frames/1`')
  figures() { awk '/Requests\/sec/{r=$2} /99%/{p=$2} END{print r, p}'; }
  read -r frames p99 < <(wrk -t1 -c4 -d10s --latency -H "$auth" -H 'Accept: multipart/related; type="application/octet-stream"; transfer-syntax=*' "http://127.0.0.1:47080$first" | figures)
  peer="-"; against=0
  if command -v Orthanc >/dev/null; then
    orthanc_first=$(curl -fsS 'http://127.0.0.1:47801/dicom-web/instances?limit=1' -H 'Accept: application/dicom+json' \
      | node -p 'const i=JSON.parse(require("fs").readFileSync(0))[0]; const v=t=>i[t].Value[0]; `/dicom-web/studies/${v("0020000D")}/series/${v("0020000E")}/instances/${v("00080018")}/frames/1`')
    read -r against _ < <(wrk -t1 -c4 -d10s --latency "http://127.0.0.1:47801$orthanc_first" | figures)
    peer="Orthanc $against"
  fi
  row "WADO-RS frames 512×512×16, frames/s" "$frames" "$peer, p99 ours $p99" "ratio $(ratio "$frames" "$against")  (bar 5.00, and 150/s)"

  study=$(curl -fsS -H "$auth" 'http://127.0.0.1:47080/api/studies?view=reading&limit=1' | node -p 'encodeURIComponent(JSON.parse(require("fs").readFileSync(0)).items[0].studyId)')
  read -r calls p99 < <(wrk -t1 -c16 -d5s --latency -H "$auth" -H 'X-Regional-Background: 1' "http://127.0.0.1:47080/api/studies/$study" | figures)
  row "grain call through REST (study snapshot), calls/s" "$calls" "p99 $p99" ""
else
  say "  (wrk is not installed: no frames, no REST figures; Debian: wrk)"
fi
engine=tests/Compat.Orleans.Tests/bin/$configuration/net10.0/Regional.Compat.Orleans.Tests.dll
if [ -f "$engine" ]; then
  calls=$(dotnet test "$engine" --filter FullyQualifiedName~ThroughputTests --logger 'console;verbosity=detailed' 2>/dev/null | grep -oE '[0-9,]+ grain calls per second' | head -1 || true)
  [ -z "$calls" ] || row "grain calls inside the engine" "${calls%% *}" "calls/s, one process" ""
fi
memory() { awk '/VmHWM/{printf "%.0f", $2 / 1024}' "/proc/$1/status"; }
row "memory, centre, MiB at its highest" "$(memory "${bench_pids[0]}")" "bar 1024" ""
row "memory, edge, MiB at its highest" "$(memory "${bench_pids[1]}")" "bar 300" ""
say "Machine: $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)."
