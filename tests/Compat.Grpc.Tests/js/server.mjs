// grpc-js as server. Prints its port, then a line for each call it sees cancelled; ends when its input ends.
// usage: node server.mjs [gzip]
import { grpc, Probe, GZIP } from './probe.mjs';

const options = process.argv[2] === 'gzip' ? { 'grpc.default_compression_algorithm': GZIP } : {};
const server = new grpc.Server(options);

server.addService(Probe.service, {
  Ask(call, callback) {
    const { text, data, number } = call.request;
    switch (text) {
      case 'fail': {
        const trailers = new grpc.Metadata();
        trailers.set('reason', 'asked');
        trailers.set('reason-bin', Buffer.from([0, 1, 254, 255]));
        callback({ code: grpc.status.FAILED_PRECONDITION, details: '失败 100%', metadata: trailers });
        return;
      }
      case 'wait':
        call.on('cancelled', () => console.log('cancelled'));
        console.log('waiting');
        return;
      case 'headers': {
        const headers = new grpc.Metadata();
        headers.set('reply', call.metadata.get('site')[0]);
        headers.set('reply-bin', call.metadata.get('token-bin')[0]);
        call.sendMetadata(headers);
        callback(null, { text, data, number });
        return;
      }
      case 'deadline':
        callback(null, { text: String(Math.round((call.getDeadline() - Date.now()) / 1000)) });
        return;
      default:
        callback(null, { text, data, number: number + 1 });
    }
  },
  Upload(call, callback) {
    let total = 0;
    call.on('data', (note) => { total += note.data.length + note.number; });
    call.on('end', () => callback(null, { number: total }));
  },
  Download(call) {
    const size = call.request.data.length;
    let next = 0;
    const pump = () => {
      while (next < call.request.number) {
        if (!call.write({ number: next++, data: Buffer.alloc(size) })) {
          call.once('drain', pump);
          return;
        }
      }
      call.end();
    };
    pump();
  },
  Talk(call) {
    call.on('data', (note) => call.write({ number: note.number * 2 }));
    call.on('end', () => call.end());
  },
});

server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
process.stdin.on('end', () => server.forceShutdown());
process.stdin.resume();
