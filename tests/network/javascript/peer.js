// A peer built on dcmjs-dimse.
//   node peer.js serve PORT                        listens; one JSON object a line for what it is asked
//   node peer.js ask PORT TITLE echo|store|find|get [ARGUMENT...]   asks; one JSON object a line for what it gets
'use strict';
const dimse = require('dcmjs-dimse');
const { Client, Dataset, Scp, Server } = dimse;
const { Status, PresentationContextResult } = dimse.constants;
const requests = dimse.requests;
const responses = dimse.responses;

dimse.log.level = 'error';
dimse.log.silent = true;
const say = (value) => process.stdout.write(JSON.stringify(value) + '\n');
const done = (Response, request, dataset) => {
  const response = Response.fromRequest(request);
  if (dataset) response.setDataset(dataset);
  response.setStatus(dataset && Response === responses.CFindResponse ? Status.Pending : Status.Success);
  return response;
};

class Peer extends Scp {
  associationRequested(association) {
    for (const { id } of association.getPresentationContexts()) {
      const context = association.getPresentationContext(id);
      context.setResult(PresentationContextResult.Accept, context.getTransferSyntaxUids()[0]);
    }
    this.sendAssociationAccept();
  }

  cEchoRequest(request, callback) {
    callback(done(responses.CEchoResponse, request));
  }

  cStoreRequest(request, callback) {
    const elements = request.getDataset().getElements();
    say({ stored: elements.SOPInstanceUID, name: elements.PatientName, size: elements.PixelData[0].byteLength });
    callback(done(responses.CStoreResponse, request));
  }

  cFindRequest(request, callback) {
    const asked = request.getDataset().getElements();
    say({ found: asked.PatientName });
    const answers = ['1.2.1', '1.2.2'].map((StudyInstanceUID) =>
      done(responses.CFindResponse, request, new Dataset({ QueryRetrieveLevel: 'STUDY', StudyInstanceUID, PatientName: 'DOE^ANNA' }))
    );
    callback([...answers, done(responses.CFindResponse, request)]);
  }

  nCreateRequest(request, callback) {
    say({ created: request.getDataset().getElements().PerformedProcedureStepStatus });
    callback(done(responses.NCreateResponse, request));
  }

  nSetRequest(request, callback) {
    say({ set: request.getDataset().getElements().PerformedProcedureStepStatus });
    callback(done(responses.NSetResponse, request));
  }

  associationReleaseRequested() {
    this.sendAssociationReleaseResponse();
  }
}

function serve(port) {
  new Server(Peer).listen(port);
}

function ask(port, title, action, values) {
  const client = new Client();
  const make = {
    echo: () => [new requests.CEchoRequest()],
    store: () => values.map((path) => new requests.CStoreRequest(path)),
    find: () => [requests.CFindRequest.createStudyFindRequest({ PatientName: values[0], StudyInstanceUID: '' })],
    get: () => [requests.CGetRequest.createStudyGetRequest(values[0])],
  };
  for (const request of make[action]()) {
    request.on('response', (response) => {
      const elements = response.getDataset && response.getDataset() ? response.getDataset().getElements() : {};
      say({ status: response.getStatus(), study: elements.StudyInstanceUID, name: elements.PatientName });
    });
    client.addRequest(request);
  }
  client.on('cStoreRequest', (request, callback) => {
    say({ received: request.getDataset().getElements().SOPInstanceUID });
    callback(done(responses.CStoreResponse, request));
  });
  client.on('networkError', (error) => {
    say({ error: String(error) });
    process.exit(1);
  });
  client.send('127.0.0.1', port, 'JAVASCRIPT', title);
}

const [what, port, ...rest] = process.argv.slice(2);
if (what === 'serve') serve(Number(port));
else ask(Number(port), rest[0], rest[1], rest.slice(2));
