// One scenario of a modality, spoken by dcmjs-dimse; prints one line of JSON. Arguments: port, calling AE title, scenario, and what it needs.
import dimse from 'dcmjs-dimse';

const { Client, Dataset } = dimse;
const { CFindRequest, NActionRequest, NCreateRequest, NSetRequest } = dimse.requests;
const { NEventReportResponse } = dimse.responses;
const { Status } = dimse.constants;
const [port, ae, scenario, ...needs] = process.argv.slice(2);
const mpps = '1.2.840.10008.3.1.2.3.3';
const commitment = '1.2.840.10008.1.20.1';
const result = { statuses: [] };
const client = new Client();
let end = () => {};

function send(options = {}) {
  return new Promise((resolve, reject) => {
    end = resolve;
    client.on('networkError', reject);
    client.on('associationRejected', () => reject(new Error('rejected')));
    client.on('closed', resolve);
    // The library asks for release a second time when its linger timer ends after the answer, and calls the closed socket an error then.
    client.on('associationReleased', resolve);
    client.send('127.0.0.1', Number(port), ae, 'TOWNSHIPA', options);
  });
}

function ask(request) {
  request.on('response', (response) => {
    result.statuses.push(response.getStatus());
    if (response.hasDataset()) (result.matches ??= []).push(response.getDataset().getElements());
  });
  client.addRequest(request);
}

const scenarios = {
  async worklist() {
    ask(CFindRequest.createWorklistFindRequest({
      SpecificCharacterSet: 'ISO_IR 192', PatientName: '', PatientID: '', AccessionNumber: '',
      ScheduledProcedureStepSequence: [{ Modality: 'CT', ScheduledStationAETitle: ae, ScheduledProcedureStepStartDate: '', ScheduledProcedureStepDescription: '' }],
    }));
    await send();
  },

  async performed() {
    const uid = needs[0];
    const create = new NCreateRequest(mpps, uid);
    create.setDataset(new Dataset({
      PatientName: 'Zhang^San', PatientID: 'P1', PerformedProcedureStepID: 'PPS1', PerformedStationAETitle: ae, PerformedProcedureStepStartDate: '20261128',
      PerformedProcedureStepStartTime: '100500', PerformedProcedureStepStatus: 'IN PROGRESS', Modality: 'CT',
      ScheduledStepAttributesSequence: [{ StudyInstanceUID: '2.25.12', AccessionNumber: 'QS1' }],
    }));
    const set = new NSetRequest(mpps, uid);
    set.setDataset(new Dataset({
      PerformedProcedureStepStatus: 'COMPLETED', PerformedProcedureStepEndDate: '20261128', PerformedProcedureStepEndTime: '101230',
      PerformedSeriesSequence: [{ SeriesInstanceUID: '2.25.13', ProtocolName: 'Head' }],
    }));
    const late = new NSetRequest(mpps, uid);
    late.setDataset(new Dataset({ PerformedProcedureStepStatus: 'DISCONTINUED' }));
    for (const request of [create, set, late]) ask(request);
    await send();
  },

  async commitment() {
    const [sopClass, instance] = needs;
    const action = new NActionRequest(commitment, '1.2.840.10008.1.20.1.1', 1);
    action.setDataset(new Dataset({
      TransactionUID: '2.25.5005',
      ReferencedSOPSequence: [{ ReferencedSOPClassUID: sopClass, ReferencedSOPInstanceUID: instance }, { ReferencedSOPClassUID: sopClass, ReferencedSOPInstanceUID: '2.25.404' }],
    }));
    client.on('nEventReportRequest', (request, callback) => {
      result.event = request.getEventTypeId();
      result.report = request.getDataset().getElements();
      const response = NEventReportResponse.fromRequest(request);
      response.setStatus(Status.Success);
      callback(response);
      setTimeout(end, 200);
    });
    ask(action);
    await send({ associationLingerTimeout: 30000 });
  },
};

await scenarios[scenario]();
console.log(JSON.stringify(result));
process.exit(0);
