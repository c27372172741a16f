import { http, query } from './http';
import type {
  AuditPage, ClaimTicket, CriticalEntry, CriticalPage, CriticalValue, CriticalValueRow, DeviceRow, Demographics, Device, ExamItem, ExamRequest, FeeFact,
  ImageGrade, LocalId, Meta, Patient, PatientHit, Priority, ReportTemplate, ReportText, SiteRow, Study, StudyPage, StudyRow, StudyView, User,
} from './types';

const id = encodeURIComponent;
const study = (studyId: string) => `/api/studies/${id(studyId)}`;
const report = (studyId: string) => `${study(studyId)}/report`;

export interface StudySearch {
  view: StudyView;
  site?: string;
  phase?: string;
  reportPhase?: string;
  patient?: string;
  limit?: number;
  after?: string;
}

export interface NewPatient {
  demographics: Demographics;
  localIds: LocalId[];
}

/** Somebody whom the region knows, with the card's number where nobody here does, or somebody new. */
export interface Who {
  patientId?: string;
  nationalId?: string;
  /** What this hospital calls a known person by. */
  localIds?: LocalId[];
  patient?: NewPatient;
}

/** What the desk knows when it registers an exam: a patient of the region, or a new one. */
export type NewExam = Partial<Omit<ExamRequest, 'patient' | 'patientId'>> & Who & {
  site: string;
  item: string;
  priority: Priority;
};

export type ExamStep =
  | 'accept' | 'return' | 'resubmit' | 'schedule' | 'restore' | 'arrive' | 'start' | 'replan' | 'abort' | 'cancel' | 'retake' | 'read-anyway';

export interface CallRecord {
  whom: string;
  number: string;
  reached: boolean;
  readBack?: string;
}

/** Every path of the portal that the pages use, in one table. */
export const portal = {
  login: (username: string, password: string) => http.post<{ token: string; user: User }>('/api/auth/login', { username, password }),
  logout: () => http.post<undefined>('/api/auth/logout'),
  me: () => http.get<User | { user: User }>('/api/auth/me').then((answer) => ('user' in answer ? answer.user : answer)),
  meta: () => http.get<Meta>('/api/meta'),

  studies: (search: StudySearch) => http.get<StudyPage>(`/api/studies${query({ limit: 200, ...search })}`),
  searchStudies: (search: { view: StudyView; text: string }) => http.post<StudyPage>('/api/studies/search', { limit: 200, ...search }),
  study: (studyId: string) => http.get<Study>(study(studyId)),
  priors: (studyId: string) => http.get<StudyRow[] | { items: StudyRow[] }>(`${study(studyId)}/priors`)
    .then((answer) => (Array.isArray(answer) ? answer : answer.items)),

  register: (request: NewExam, arrive: boolean) => http.post<Study>('/api/studies', { request, arrive }),
  supplyOwed: (studyId: string, request: NewExam) => http.post<Study>(`${study(studyId)}/supply-owed`, { request }),
  resubmit: (studyId: string, request: NewExam) => http.post<Study>(`${study(studyId)}/resubmit`, { request }),
  confirmIdentity: (studyId: string, who: Who) => http.post<Study>(`${study(studyId)}/confirm-identity`, who),
  emergency: (body: { site?: string; item: string; stationAe?: string; sex?: string }) => http.post<Study>('/api/studies/emergency', body),
  step: (studyId: string, step: ExamStep, body: { reason?: string; at?: string } = {}) => http.post<Study>(`${study(studyId)}/${step}`, body),
  complete: (studyId: string, imagesExpected?: number) => http.post<Study>(`${study(studyId)}/complete`, { imagesExpected }),
  grade: (studyId: string, grade: ImageGrade, reason?: string) => http.post<Study>(`${study(studyId)}/grade`, { grade, reason }),
  attach: (studyId: string, unmatchedStudyId: string) => http.post<Study>(`${study(studyId)}/attach`, { unmatchedStudyId }),
  settleFee: (studyId: string, fee: FeeFact) => http.post<Study>(`${study(studyId)}/settle-fee`, { fee }),
  detach: (studyId: string, reason: string, secondPerson: { username: string; password: string }) =>
    http.post<Study>(`${study(studyId)}/detach`, { reason, secondPerson }),
  judgeAdditional: (studyId: string, relevant: boolean, reason?: string) =>
    http.post<Study>(`${study(studyId)}/judge-additional`, { relevant, reason }),

  claim: (studyId: string) => http.post<{ ticket: ClaimTicket }>(`${report(studyId)}/claim`).then((answer) => answer.ticket),
  renew: (studyId: string, token: number) =>
    http.post<{ ticket: ClaimTicket }>(`${report(studyId)}/renew`, { token }).then((answer) => answer.ticket),
  release: (studyId: string, token: number) => http.post<unknown>(`${report(studyId)}/release`, { token }),
  saveDraft: (studyId: string, token: number, text: ReportText) => http.put<Study>(`${report(studyId)}/draft`, { token, text }),
  traineeDraft: (studyId: string, token: number, text: ReportText, version: number) =>
    http.post<Study>(`${report(studyId)}/trainee-draft`, { token, text, version }),
  preliminary: (studyId: string, token: number, text: ReportText, version: number) =>
    http.post<Study>(`${report(studyId)}/preliminary`, { token, text, version }),
  provisional: (studyId: string, reason: string) => http.post<Study>(`${report(studyId)}/provisional`, { reason: reason === '' ? undefined : reason }),
  takeReview: (studyId: string) => http.post<Study>(`${report(studyId)}/take`),
  returnReport: (studyId: string, reason: string, text?: ReportText) => http.post<Study>(`${report(studyId)}/return`, { reason, text }),
  opinion: (studyId: string, opinion: string) => http.post<Study>(`${report(studyId)}/opinion`, { opinion }),
  dispute: (studyId: string, reason: string) => http.post<Study>(`${report(studyId)}/dispute`, { reason }),
  sign: (studyId: string, text: ReportText, password: string, version: number) =>
    http.post<Study>(`${report(studyId)}/sign`, { text, password, version }),
  addendum: (studyId: string, text: string, password: string, version: number) =>
    http.post<Study>(`${report(studyId)}/addendum`, { text, password, version }),
  requestCorrection: (studyId: string, reason: string) => http.post<Study>(`${report(studyId)}/request-correction`, { reason }),
  refuseCorrection: (studyId: string, reason: string) => http.post<Study>(`${report(studyId)}/refuse-correction`, { reason }),
  acceptCorrection: (studyId: string, reason: string, reread: boolean) => http.post<Study>(`${report(studyId)}/accept-correction`, { reason, reread }),
  printAddress: (studyId: string) => `${report(studyId)}/print`,

  criticalValues: (search: { open?: boolean; study?: string; limit?: number; after?: string }) =>
    http.get<CriticalPage>(`/api/critical-values${query({ limit: 100, ...search })}`),
  criticalValue: (criticalValueId: string) => http.get<CriticalValue | CriticalValueRow>(`/api/critical-values/${id(criticalValueId)}`)
    .then((answer) => ('value' in answer ? answer.value : answer)),
  suspect: (studyId: string, entryId: string, note: string) => http.post<CriticalValue>('/api/critical-values', { studyId, entryId, note }),
  criticalStep: (criticalValueId: string, step: 'verify' | 'refute' | 'confirm' | 'withdraw', reason?: string) =>
    http.post<CriticalValue>(`/api/critical-values/${id(criticalValueId)}/${step}`, { reason }),
  receive: (criticalValueId: string, readBack: string) => http.post<CriticalValue>(`/api/critical-values/${id(criticalValueId)}/receive`, { readBack }),
  act: (criticalValueId: string, action: string) => http.post<CriticalValue>(`/api/critical-values/${id(criticalValueId)}/act`, { action }),
  call: (criticalValueId: string, call: CallRecord) => http.post<CriticalValue>(`/api/critical-values/${id(criticalValueId)}/call`, call),

  /** Names and ids travel in the body: addresses are kept in histories and logs. */
  patients: (text: string) => http.post<PatientHit[]>('/api/patients/search', { text }),
  patient: (patientId: string) => http.get<Patient>(`/api/patients/${id(patientId)}`),
  correctPatient: (patientId: string, demographics: Demographics, reason: string, version: number) =>
    http.post<Patient>(`/api/patients/${id(patientId)}/correct`, { demographics, reason, version }),

  sites: () => http.get<SiteRow[] | { items: SiteRow[] }>('/api/sites').then((answer) => (Array.isArray(answer) ? answer : answer.items)),
  devices: (site?: string) => http.get<DeviceRow[] | { items: DeviceRow[] }>(`/api/devices${query({ site })}`)
    .then((answer) => (Array.isArray(answer) ? answer : answer.items)),
  setService: (site: string, ae: string, inService: boolean, reason?: string) =>
    http.post<Device>(`/api/devices/${id(site)}/${id(ae)}/service`, { inService, reason }),

  items: () => http.get<ExamItem[]>('/api/reference/items'),
  templates: () => http.get<ReportTemplate[]>('/api/reference/templates'),
  phrases: () => http.get<string[]>('/api/reference/phrases'),
  criticalEntries: () => http.get<CriticalEntry[]>('/api/reference/critical-entries'),

  audit: (search: { user?: string; action?: string; since?: string; limit?: number; after?: string }) =>
    http.get<AuditPage>(`/api/audit${query({ limit: 100, ...search })}`),
};
