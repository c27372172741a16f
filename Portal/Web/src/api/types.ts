/** The portal's shapes by the names that the pages use. The shapes themselves are generated. */
export type {
  ClaimTicket, CriticalEntry, CriticalPhase, CriticalValueRow, Demographics, DeviceRow, ExamFacts, ExamItem, ExamPhase, ExamRequest, FeeFact, FeedPosition,
  ImageGrade, ImageSet, Instant, LocalId, Meta, OwedItem, PatientHit, PatientLabel, PerformedStep, Priority, ReportPhase, ReportTemplate, ReportText, ReportVersion,
  Role, Sex, SiteProfile, SiteRow, Step, StudyRow, Suspicion, TextTrace, User,
} from './schema';
export type {
  AuditItem as AuditEntry, AuditPage, CriticalValueList as CriticalPage, CriticalValueSnapshot as CriticalValue, DeviceSnapshot as Device, PatientSnapshot as Patient,
  ReportSnapshot as Report, SiteSnapshot as Site, StudyList as StudyPage, StudySnapshot as Study,
} from './schema';

/** `[d.]hh:mm:ss` */
export type Duration = string;
export type StudyView = 'reading' | 'review' | 'mine' | 'site' | 'unmatched' | 'all';

export interface Problem {
  status: number;
  code?: string;
  rule?: string;
  title?: string;
  holder?: string | null;
  /** Keys of the persons whom it may be about, where a local id is another person's. */
  candidates?: string[] | null;
  fields?: { field: string; rule: string }[] | null;
}
