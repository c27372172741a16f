/**
 * The shapes that the portal speaks: JSON camelCase of the records in Grains.Interfaces. One place, by hand until they are generated from the
 * OpenAPI document. Instants are ISO-8601 UTC, durations `[d.]hh:mm:ss`, dates `yyyy-MM-dd`, ids are grain keys.
 */

export type Instant = string;
export type Duration = string;

export type ExamPhase =
  | 'unmatched' | 'requested' | 'returned' | 'accepted' | 'scheduled' | 'noShow' | 'arrived' | 'inRoom' | 'acquired'
  | 'readyToRead' | 'reported' | 'closed' | 'aborted' | 'cancelled';

export type ReportPhase =
  | 'none' | 'awaiting' | 'claimed' | 'traineeDraft' | 'preliminary' | 'provisional' | 'underReview' | 'inConsult' | 'released'
  | 'correctionRequested' | 'amending' | 'recalled';

export type CriticalPhase =
  | 'suspected' | 'refuted' | 'notifying' | 'phoneDue' | 'notifyEscalated' | 'received' | 'replyOverdue' | 'acted' | 'closed' | 'withdrawn';

export type Priority = 'routine' | 'urgent' | 'emergency';
export type ImageGrade = 'ungraded' | 'a' | 'b' | 'c' | 'd';
export type Sex = 'M' | 'F' | 'O' | 'U';

export type Role =
  | 'desk' | 'technician' | 'nurse' | 'sonographer' | 'clinician' | 'duty' | 'trainee' | 'reader' | 'senior' | 'coordinator'
  | 'quality' | 'administrator';

export interface User {
  userId: string;
  name: string;
  site: string;
  siteName?: string | null;
  roles: Role[];
  licence?: string | null;
}

export interface ExamFacts {
  identity: 'provisional' | 'confirmed';
  request: 'none' | 'owed' | 'present';
  fee: 'unpaid' | 'paid' | 'greenChannel' | 'refunded';
  images: 'none' | 'receiving' | 'stable' | 'additional';
  copy: 'localOnly' | 'uploading' | 'atCentre';
  grade: ImageGrade;
}

export interface PatientLabel {
  name: string;
  sex: Sex;
  birthDate?: string | null;
}

export interface OwedItem {
  what: 'request' | 'identity' | 'fee';
  ownerRole: string;
  due: Instant;
}

export interface ExamRequest {
  site: string;
  patientId: string;
  patient: PatientLabel;
  accessionNumber?: string | null;
  item: string;
  modality: string;
  bodyPart: string;
  side?: string | null;
  priority: Priority;
  purpose: string;
  history?: string | null;
  clinicalDiagnosis?: string | null;
  flags: string[];
  stationAe?: string | null;
}

export interface ReportText {
  templateId: string | null;
  findings: string;
  impression: string;
  positive: boolean | null;
}

export interface ReportVersion {
  number: number;
  kind: 'original' | 'addendum' | 'correction';
  state: 'current' | 'superseded' | 'recalled';
  text: ReportText;
  addendumText?: string | null;
  authorId: string;
  authorName: string;
  signerId: string;
  signerName: string;
  proof: { method: string; licence: string };
  signedAt: Instant;
  sha256: string;
}

export interface TextTrace {
  at: Instant;
  byUserId: string;
  byName: string;
  event: string;
  text: ReportText;
}

export interface Report {
  phase: ReportPhase;
  readerId?: string | null;
  readerName?: string | null;
  claimToken: number;
  claimExpires?: Instant | null;
  authorId?: string | null;
  authorName?: string | null;
  reviewerId?: string | null;
  reviewerName?: string | null;
  draft?: ReportText | null;
  draftSavedAt?: Instant | null;
  provisional: boolean;
  versions: ReportVersion[];
  traces: TextTrace[];
  returnReason?: string | null;
  correctionReason?: string | null;
}

export interface ImageSet {
  studyInstanceUid: string;
  modality: string;
  callingAe: string;
  atCentre: number;
  series: number;
  atEdge: number;
  description?: string | null;
  firstReceived: Instant;
  lastReceived: Instant;
}

export interface Step {
  version: number;
  event: string;
  at: Instant;
  byUserId: string;
  byName: string;
  site: string;
  reason?: string | null;
}

export interface Study {
  studyId: string;
  version: number;
  site: string;
  readingCentre: string;
  phase: ExamPhase;
  facts: ExamFacts;
  priority: Priority;
  patientId?: string | null;
  patient: PatientLabel;
  request?: ExamRequest | null;
  accessionNumber?: string | null;
  requestedBy?: string | null;
  images: ImageSet[];
  imagesExpected?: number | null;
  owed: OwedItem[];
  report: Report;
  history: Step[];
  readySince?: Instant | null;
  readBy?: Instant | null;
  criticalValueIds: string[];
  allowed: string[];
}

export interface StudyRow {
  studyId: string;
  version: number;
  site: string;
  readingCentre: string;
  phase: ExamPhase;
  reportPhase: ReportPhase;
  facts: ExamFacts;
  priority: Priority;
  patientId?: string | null;
  patient: PatientLabel;
  accessionNumber?: string | null;
  item?: string | null;
  modality: string;
  bodyPart?: string | null;
  requestedBy?: string | null;
  studyInstanceUids: string[];
  imagesAtCentre: number;
  imagesAtEdge: number;
  imagesExpected?: number | null;
  createdAt: Instant;
  lastImageAt?: Instant | null;
  readySince?: Instant | null;
  readBy?: Instant | null;
  readerId?: string | null;
  readerName?: string | null;
  claimExpires?: Instant | null;
  authorId?: string | null;
  reviewerId?: string | null;
  reportVersions: number;
  provisional: boolean;
  openCriticalValues: number;
  owed: OwedItem[];
}

export interface FeedPosition {
  epoch: string;
  sequence: number;
}

export interface StudyPage {
  items: StudyRow[];
  next?: string | null;
  asOf: Instant;
  feed?: FeedPosition | null;
}

export type StudyView = 'reading' | 'review' | 'mine' | 'site' | 'unmatched' | 'all';

export interface ClaimTicket {
  studyId: string;
  token: number;
  readerId: string;
  readerName: string;
  grantedAt: Instant;
  expiresAt: Instant;
}

export interface Suspicion {
  studyId: string;
  entryId: string;
  entryName: string;
  site: string;
  readingCentre: string;
  note: string;
  notifyWithin: Duration;
  answerWithin: Duration;
  requestedBy?: string | null;
}

export interface PhoneCall {
  whom: string;
  number: string;
  at: Instant;
  reached: boolean;
  readBack?: string | null;
}

export interface CriticalValue {
  criticalValueId: string;
  version: number;
  phase: CriticalPhase;
  suspicion: Suspicion;
  suspectedAt: Instant;
  verifiedAt?: Instant | null;
  notifyDue?: Instant | null;
  receivedAt?: Instant | null;
  answerDue?: Instant | null;
  actedAt?: Instant | null;
  closedAt?: Instant | null;
  receivedBy?: string | null;
  readBack?: string | null;
  actedBy?: string | null;
  action?: string | null;
  calls: PhoneCall[];
  phoneTaskReason?: string | null;
  escalationStep: number;
  history: Step[];
  allowed: string[];
}

export interface CriticalValueRow {
  value: CriticalValue;
  patient: PatientLabel;
  item?: string | null;
}

export interface CriticalPage {
  items: CriticalValueRow[];
  next?: string | null;
  asOf: Instant;
}

export interface Demographics {
  name: string;
  pinyin?: string | null;
  sex: Sex;
  birthDate?: string | null;
  nationalId?: string | null;
  phone?: string | null;
  address?: string | null;
  provisional: boolean;
}

export interface LocalId {
  issuer: string;
  value: string;
}

export interface PatientRow {
  patientId: string;
  version: number;
  demographics: Demographics;
  localIds: LocalId[];
}

export interface RosterEntry {
  userId?: string | null;
  name: string;
  role: string;
  phone: string;
  step: number;
}

export interface SiteProfile {
  code: string;
  name: string;
  nameEnglish: string;
  kind: 'township' | 'expert';
  accessionPrefix: string;
  roster: RosterEntry[];
  agreement: { readingCentre: string; signing: 'double' | 'single'; singleSigners: string[] };
}

export interface EdgeStatus {
  at: Instant;
  queuedInstances: number;
  queuedBytes: number;
  uploadBytesPerSecond: number;
  diskFreeBytes: number;
  diskTotalBytes: number;
  diskLow: boolean;
  lastImage?: Instant | null;
  receivedInstances: number;
  conflicts: number;
  clockSkew: Duration;
  paused: boolean;
}

export interface Site {
  profile: SiteProfile;
  version: number;
  online: boolean;
  linkSince?: Instant | null;
  software?: string | null;
  status?: EdgeStatus | null;
  present: string[];
}

export interface SiteRow {
  site: Site;
}

export interface Device {
  profile: { site: string; aeTitle: string; name: string; modality: string; room?: string | null };
  version: number;
  inService: boolean;
  lastImage?: Instant | null;
  receivedInstances: number;
  outReason?: string | null;
}

export interface DeviceRow {
  device: Device;
}

export interface ExamItem {
  name: string;
  modality: string;
  bodyPart: string;
  preparation: string;
  minutes: number;
  sideRequired: boolean;
}

export interface ReportTemplate {
  id: string;
  name: string;
  modality: string;
  bodyPart: string;
  findings: string;
  impression: string;
}

export interface CriticalEntry {
  id: string;
  name: string;
  modalities: string[];
  notifyWithin: Duration;
  answerWithin: Duration;
}

export interface AuditEntry {
  sequence: number;
  at: Instant;
  userId: string;
  site: string;
  action: string;
  target?: string | null;
  success: boolean;
  rule?: string | null;
  address?: string | null;
}

export interface AuditPage {
  items: AuditEntry[];
  next?: string | null;
}

export interface Meta {
  product: string;
  version: string;
  stack: string;
  profile: string;
  sites: { code: string; name: string; nameEnglish: string; kind: string }[];
  time: Instant;
}

export interface Problem {
  status: number;
  code?: string;
  rule?: string;
  title?: string;
  holder?: string | null;
  fields?: { field: string; rule: string }[] | null;
}
