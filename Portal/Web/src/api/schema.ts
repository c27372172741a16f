// Written by `npm run types` from the portal's approved surface. Not by hand.

export type Instant = string;
export type Sex = 'M' | 'F' | 'O' | 'U';
export type Role =
  | 'desk' | 'technician' | 'nurse' | 'sonographer' | 'clinician' | 'duty' | 'trainee' | 'reader' | 'senior' | 'coordinator'
  | 'quality' | 'administrator';

export type CaptureKind = 'jpeg' | 'png' | 'bmp' | 'pdf' | 'mp4';

export type CopyFact = 'localOnly' | 'uploading' | 'atCentre';

export type CriticalPhase = 'suspected' | 'refuted' | 'notifying' | 'phoneDue' | 'notifyEscalated' | 'received' | 'replyOverdue' | 'acted' | 'closed' | 'withdrawn';

export type ExamPhase = 'unmatched' | 'requested' | 'returned' | 'accepted' | 'scheduled' | 'noShow' | 'arrived' | 'inRoom' | 'acquired' | 'readyToRead' | 'reported' | 'closed' | 'aborted' | 'cancelled';

export type FeeFact = 'unpaid' | 'paid' | 'greenChannel' | 'refunded';

export type IdentityFact = 'provisional' | 'confirmed';

export type ImageGrade = 'ungraded' | 'a' | 'b' | 'c' | 'd';

export type ImagesFact = 'none' | 'receiving' | 'stable' | 'additional';

export type Priority = 'routine' | 'urgent' | 'emergency';

export type ReportPhase = 'none' | 'awaiting' | 'claimed' | 'traineeDraft' | 'preliminary' | 'provisional' | 'underReview' | 'inConsult' | 'released' | 'correctionRequested' | 'amending' | 'recalled';

export type RequestFact = 'none' | 'owed' | 'present';

export type SigningPolicy = 'double' | 'single';

export type StepStatus = 'inProgress' | 'completed' | 'discontinued';

export type VersionKind = 'original' | 'addendum' | 'correction';

export type VersionState = 'current' | 'superseded' | 'recalled';

export interface AcceptCorrectionBody {
  reason: string | null;
  reread: boolean | null;
  version: number | null;
}

export interface ActBody {
  action: string;
  version: number | null;
}

export interface AddendumBody {
  password: string;
  text: string;
  version: number | null;
}

export interface Agreement {
  emergencyWithin: string;
  readingCentre: string;
  routineWithin: string;
  signing: SigningPolicy;
  singleSigners: string[];
  urgentWithin: string;
}

export interface AttachBody {
  reason: string | null;
  unmatchedStudyId: string;
  version: number | null;
}

export interface AuditItem {
  action: string;
  address: string | null;
  at: Instant;
  rule: string | null;
  sequence: number;
  site: string;
  success: boolean;
  target: string | null;
  userId: string;
}

export interface AuditPage {
  items: AuditItem[];
  next: string | null;
}

export interface CallBody {
  number: string;
  reached: boolean;
  readBack: string | null;
  version: number | null;
  whom: string;
}

export interface CapturedImage {
  kind: CaptureKind;
  modality: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
  studyInstanceUid: string;
}

export interface ClaimAnswer {
  ticket: ClaimTicket;
}

export interface ClaimTicket {
  expiresAt: Instant;
  grantedAt: Instant;
  readerId: string;
  readerName: string;
  studyId: string;
  token: number;
}

export interface CompleteBody {
  imagesExpected: number | null;
  version: number | null;
}

export interface CorrectPatientBody {
  demographics: Demographics;
  reason: string | null;
  version: number | null;
}

export interface CreateBody {
  arrive: boolean | null;
  request: RequestBody;
}

export interface CriticalEntry {
  answerWithin: string;
  id: string;
  modalities: string[];
  name: string;
  notifyWithin: string;
}

export interface CriticalValueList {
  asOf: Instant;
  items: CriticalValueRow[];
  next: string | null;
}

export interface CriticalValueRow {
  item: string | null;
  patient: PatientLabel;
  value: CriticalValueSnapshot;
}

export interface CriticalValueSnapshot {
  actedAt: Instant | null;
  actedBy: string | null;
  action: string | null;
  allowed: string[];
  answerDue: Instant | null;
  calls: PhoneCall[];
  closedAt: Instant | null;
  criticalValueId: string;
  escalationStep: number;
  history: Step[];
  notifyDue: Instant | null;
  phase: CriticalPhase;
  phoneTaskReason: string | null;
  readBack: string | null;
  receivedAt: Instant | null;
  receivedBy: string | null;
  suspectedAt: Instant;
  suspicion: Suspicion;
  verifiedAt: Instant | null;
  version: number;
}

export interface Demographics {
  address: string | null;
  birthDate: string | null;
  name: string;
  nationalId: string | null;
  phone: string | null;
  pinyin: string | null;
  provisional: boolean;
  sex: Sex;
}

export interface DetachBody {
  reason: string | null;
  secondPerson: SecondPerson;
  version: number | null;
}

export interface DeviceProfile {
  aeTitle: string;
  modality: string;
  name: string;
  room: string | null;
  site: string;
}

export interface DeviceRow {
  device: DeviceSnapshot;
}

export interface DeviceSnapshot {
  answers: boolean | null;
  inService: boolean;
  lastEcho: Instant | null;
  lastImage: Instant | null;
  outReason: string | null;
  profile: DeviceProfile;
  receivedInstances: number;
  version: number;
}

export interface DraftBody {
  text: ReportText;
  token: number;
  version: number | null;
}

export interface EdgeStatus {
  at: Instant;
  clockSkew: string;
  conflicts: number;
  diskFreeBytes: number;
  diskLow: boolean;
  diskTotalBytes: number;
  lastImage: Instant | null;
  paused: boolean;
  queuedBytes: number;
  queuedInstances: number;
  receivedInstances: number;
  uploadBytesPerSecond: number;
}

export interface EmergencyBody {
  item: string;
  sex: string | null;
  site: string | null;
  stationAe: string | null;
}

export interface ExamFacts {
  copy: CopyFact;
  fee: FeeFact;
  grade: ImageGrade;
  identity: IdentityFact;
  images: ImagesFact;
  request: RequestFact;
}

export interface ExamItem {
  bodyPart: string;
  minutes: number;
  modality: string;
  name: string;
  preparation: string;
  sideRequired: boolean;
}

export interface ExamRequest {
  accessionNumber: string | null;
  bodyPart: string;
  clinicalDiagnosis: string | null;
  flags: string[];
  history: string | null;
  item: string;
  modality: string;
  patient: PatientLabel;
  patientId: string;
  priority: Priority;
  purpose: string;
  side: string | null;
  site: string;
  stationAe: string | null;
}

export interface FeeBody {
  fee: FeeFact;
  version: number | null;
}

export interface FeedPosition {
  epoch: string;
  sequence: number;
}

export interface GradeBody {
  grade: ImageGrade;
  reason: string | null;
  version: number | null;
}

export interface IdentityBody {
  localIds: LocalId[] | null;
  nationalId: string | null;
  patient: PatientBody | null;
  patientId: string | null;
  reason: string | null;
  version: number | null;
}

export interface ImageSet {
  atCentre: number;
  atEdge: number;
  callingAe: string;
  description: string | null;
  firstReceived: Instant;
  lastReceived: Instant;
  modality: string;
  notComing: number;
  series: number;
  studyInstanceUid: string;
}

export interface JudgeBody {
  reason: string | null;
  relevant: boolean;
  version: number | null;
}

export interface LocalId {
  issuer: string;
  value: string;
}

export interface LoginAnswer {
  token: string;
  user: User;
}

export interface LoginRequest {
  password: string;
  username: string;
}

export interface Meta {
  product: string;
  profile: string;
  sites: MetaSite[];
  stack: string;
  time: Instant;
  version: string;
}

export interface MetaSite {
  code: string;
  kind: string;
  name: string;
  nameEnglish: string;
}

export interface OpinionBody {
  opinion: string;
  version: number | null;
}

export interface OwedItem {
  due: Instant;
  ownerRole: string;
  what: 'request' | 'identity' | 'fee';
}

export interface PatientBody {
  demographics: Demographics;
  localIds: LocalId[] | null;
}

export interface PatientHit {
  demographics: Demographics;
  localIds: LocalId[];
  masked: boolean;
  patientId: string;
}

export interface PatientLabel {
  birthDate: string | null;
  name: string;
  sex: Sex;
}

export interface PatientSearchBody {
  limit: number | null;
  text: string | null;
}

export interface PatientSnapshot {
  demographics: Demographics;
  history: Step[];
  localIds: LocalId[];
  patientId: string;
  version: number;
}

export interface PerformedStep {
  accessionNumbers: string[];
  dose: StepDose | null;
  endedAt: Instant | null;
  exposures: StepExposure[];
  images: number;
  modality: string;
  patient: PatientLabel;
  protocol: string | null;
  reason: string | null;
  sequence: number;
  series: number;
  site: string;
  source: string;
  startedAt: Instant | null;
  stationAe: string;
  status: StepStatus;
  stepUid: string;
  studyInstanceUids: string[];
}

export interface PhoneCall {
  at: Instant;
  number: string;
  reached: boolean;
  readBack: string | null;
  whom: string;
}

export interface PlainBody {
  reason: string | null;
  version: number | null;
}

export interface ReceiveBody {
  readBack: string;
  version: number | null;
}

export interface ReportSnapshot {
  authorId: string | null;
  authorName: string | null;
  claimExpires: Instant | null;
  claimToken: number;
  correctionReason: string | null;
  draft: ReportText | null;
  draftSavedAt: Instant | null;
  phase: ReportPhase;
  provisional: boolean;
  readerId: string | null;
  readerName: string | null;
  returnReason: string | null;
  reviewerId: string | null;
  reviewerName: string | null;
  traces: TextTrace[];
  versions: ReportVersion[];
}

export interface ReportTemplate {
  bodyPart: string;
  findings: string;
  id: string;
  impression: string;
  modality: string;
  name: string;
}

export interface ReportText {
  findings: string;
  impression: string;
  positive: boolean | null;
  templateId: string | null;
}

export interface ReportVersion {
  addendumText: string | null;
  authorId: string;
  authorName: string;
  kind: VersionKind;
  number: number;
  proof: SignatureProof;
  sha256: string;
  signedAt: Instant;
  signerId: string;
  signerName: string;
  state: VersionState;
  text: ReportText;
}

export interface RequestBody {
  accessionNumber: string | null;
  bodyPart: string | null;
  clinicalDiagnosis: string | null;
  flags: string[] | null;
  history: string | null;
  item: string;
  localIds: LocalId[] | null;
  modality: string | null;
  nationalId: string | null;
  patient: PatientBody | null;
  patientId: string | null;
  priority: Priority | null;
  purpose: string | null;
  side: string | null;
  site: string | null;
  stationAe: string | null;
}

export interface ResubmitBody {
  reason: string | null;
  request: RequestBody;
  version: number | null;
}

export interface ReturnBody {
  reason: string;
  text: ReportText | null;
  version: number | null;
}

export interface RosterEntry {
  name: string;
  phone: string;
  role: string;
  step: number;
  userId: string;
}

export interface ScheduleBody {
  at: Instant;
  reason: string | null;
  version: number | null;
}

export interface SecondPerson {
  password: string;
  username: string;
}

export interface ServiceBody {
  inService: boolean;
  reason: string | null;
  version: number | null;
}

export interface SignBody {
  password: string;
  text: ReportText;
  version: number | null;
}

export interface SignatureProof {
  licence: string;
  method: string;
}

export interface SiteProfile {
  accessionPrefix: string;
  agreement: Agreement;
  code: string;
  kind: 'township' | 'expert';
  name: string;
  nameEnglish: string;
  roster: RosterEntry[];
}

export interface SiteRow {
  site: SiteSnapshot;
}

export interface SiteSnapshot {
  linkSince: Instant | null;
  online: boolean;
  present: string[];
  profile: SiteProfile;
  software: string | null;
  status: EdgeStatus | null;
  version: number;
}

export interface Step {
  at: Instant;
  byName: string;
  byUserId: string;
  event: string;
  reason: string | null;
  site: string;
  version: number;
}

export interface StepDose {
  areaProduct: number | null;
  comment: string | null;
  dlpMilliGrayCm: number | null;
  entranceMilliGray: number | null;
  exposures: number | null;
  fluoroscopySeconds: number | null;
}

export interface StepExposure {
  comment: string | null;
  ctdiVolMilliGray: number | null;
  dlpMilliGrayCm: number | null;
  milliseconds: number | null;
  mode: string | null;
  peakKilovolts: number | null;
  tubeMilliamperes: number | null;
}

export interface StudyList {
  asOf: Instant;
  feed: FeedPosition;
  items: StudyRow[];
  next: string | null;
}

export interface StudyRow {
  accessionNumber: string | null;
  authorId: string | null;
  authorName: string | null;
  bodyPart: string | null;
  claimExpires: Instant | null;
  createdAt: Instant;
  facts: ExamFacts;
  imagesAtCentre: number;
  imagesAtEdge: number;
  imagesExpected: number | null;
  item: string | null;
  lastImageAt: Instant | null;
  modality: string;
  notComing: number;
  openCriticalValues: number;
  owed: OwedItem[];
  patient: PatientLabel;
  patientId: string | null;
  phase: ExamPhase;
  priority: Priority;
  provisional: boolean;
  readBy: Instant | null;
  readerId: string | null;
  readerName: string | null;
  readingCentre: string;
  readySince: Instant | null;
  reportPhase: ReportPhase;
  reportVersions: number;
  requestedBy: string | null;
  reviewerId: string | null;
  reviewerName: string | null;
  site: string;
  studyId: string;
  studyInstanceUids: string[];
  version: number;
}

export interface StudySearchBody {
  after: string | null;
  limit: number | null;
  text: string | null;
  view: string | null;
}

export interface StudySnapshot {
  accessionNumber: string | null;
  allowed: string[];
  completionProposed: boolean;
  criticalValueIds: string[];
  facts: ExamFacts;
  history: Step[];
  images: ImageSet[];
  imagesExpected: number | null;
  owed: OwedItem[];
  patient: PatientLabel;
  patientId: string | null;
  performed: PerformedStep[];
  phase: ExamPhase;
  priority: Priority;
  readBy: Instant | null;
  readingCentre: string;
  readySince: Instant | null;
  report: ReportSnapshot;
  request: ExamRequest | null;
  requestedBy: string | null;
  site: string;
  studyId: string;
  version: number;
}

export interface SuspectBody {
  entryId: string;
  note: string | null;
  studyId: string;
}

export interface Suspicion {
  answerWithin: string;
  entryId: string;
  entryName: string;
  note: string;
  notifyWithin: string;
  readingCentre: string;
  requestedBy: string | null;
  site: string;
  studyId: string;
}

export interface TextTrace {
  at: Instant;
  byName: string;
  byUserId: string;
  event: string;
  text: ReportText;
}

export interface TokenBody {
  token: number;
}

export interface User {
  licence: string | null;
  name: string;
  roles: Role[];
  site: string;
  siteName: string;
  userId: string;
}
