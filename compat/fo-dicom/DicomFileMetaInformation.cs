namespace FellowOakDicom;

/// <summary>Group 0002 of a file (PS3.10 section 7.1).</summary>
public class DicomFileMetaInformation : DicomDataset
{
    public DicomFileMetaInformation() => ValidateItems = false;

    /// <summary>Meta information for a data set.</summary>
    /// <exception cref="DicomDataException">The data set lacks SOP Class UID or SOP Instance UID.</exception>
    public DicomFileMetaInformation(DicomDataset dataset)
    {
        ValidateItems = dataset.ValidateItems;
        Version = [0x00, 0x01];
        MediaStorageSOPClassUID = dataset.GetSingleValue<DicomUID>(DicomTag.SOPClassUID);
        MediaStorageSOPInstanceUID = dataset.GetSingleValue<DicomUID>(DicomTag.SOPInstanceUID);
        TransferSyntax = dataset.InternalTransferSyntax;
        ImplementationClassUID = DicomImplementation.ClassUID;
        ImplementationVersionName = DicomImplementation.Version;
        CopyOptional(dataset);
    }

    /// <summary>The same object's meta information, with this implementation as its writer.</summary>
    public DicomFileMetaInformation(DicomFileMetaInformation metaInfo)
    {
        ValidateItems = metaInfo.ValidateItems;
        Version = [0x00, 0x01];
        if (metaInfo.Contains(DicomTag.MediaStorageSOPClassUID)) MediaStorageSOPClassUID = metaInfo.MediaStorageSOPClassUID;
        if (metaInfo.Contains(DicomTag.MediaStorageSOPInstanceUID)) MediaStorageSOPInstanceUID = metaInfo.MediaStorageSOPInstanceUID;
        if (metaInfo.Contains(DicomTag.TransferSyntaxUID)) TransferSyntax = metaInfo.TransferSyntax;
        ImplementationClassUID = DicomImplementation.ClassUID;
        ImplementationVersionName = DicomImplementation.Version;
        CopyOptional(metaInfo);
    }

    public byte[] Version
    {
        get => GetValues<byte>(DicomTag.FileMetaInformationVersion);
        set => AddOrUpdate(DicomTag.FileMetaInformationVersion, value);
    }

    public DicomUID MediaStorageSOPClassUID
    {
        get => GetSingleValue<DicomUID>(DicomTag.MediaStorageSOPClassUID);
        set => AddOrUpdate(DicomTag.MediaStorageSOPClassUID, value);
    }

    public DicomUID MediaStorageSOPInstanceUID
    {
        get => GetSingleValue<DicomUID>(DicomTag.MediaStorageSOPInstanceUID);
        set => AddOrUpdate(DicomTag.MediaStorageSOPInstanceUID, value);
    }

    public DicomTransferSyntax TransferSyntax
    {
        get => GetSingleValue<DicomTransferSyntax>(DicomTag.TransferSyntaxUID);
        set => AddOrUpdate(DicomTag.TransferSyntaxUID, value.UID);
    }

    public DicomUID ImplementationClassUID
    {
        get => GetSingleValue<DicomUID>(DicomTag.ImplementationClassUID);
        set => AddOrUpdate(DicomTag.ImplementationClassUID, value);
    }

    public string ImplementationVersionName
    {
        get => GetSingleValueOrDefault<string>(DicomTag.ImplementationVersionName, null);
        set => AddOrUpdate(DicomTag.ImplementationVersionName, value);
    }

    public string SourceApplicationEntityTitle
    {
        get => GetSingleValueOrDefault<string>(DicomTag.SourceApplicationEntityTitle, null);
        set => AddOrUpdate(DicomTag.SourceApplicationEntityTitle, value);
    }

    public string SendingApplicationEntityTitle
    {
        get => GetSingleValueOrDefault<string>(DicomTag.SendingApplicationEntityTitle, null);
        set => AddOrUpdate(DicomTag.SendingApplicationEntityTitle, value);
    }

    public string ReceivingApplicationEntityTitle
    {
        get => GetSingleValueOrDefault<string>(DicomTag.ReceivingApplicationEntityTitle, null);
        set => AddOrUpdate(DicomTag.ReceivingApplicationEntityTitle, value);
    }

    public DicomUID PrivateInformationCreatorUID
    {
        get => GetSingleValueOrDefault<DicomUID>(DicomTag.PrivateInformationCreatorUID, null);
        set => AddOrUpdate(DicomTag.PrivateInformationCreatorUID, value);
    }

    public byte[] PrivateInformation
    {
        get => TryGetValues(DicomTag.PrivateInformation, out byte[] value) ? value : null;
        set => AddOrUpdate(DicomTag.PrivateInformation, value);
    }

    /// <summary>This machine's name, cut to the length of an AE title.</summary>
    public static string CreateSourceApplicationEntityTitle()
    {
        var name = Environment.MachineName;
        return name.Length > 16 ? name[..16] : name;
    }

    public override string ToString() => "File meta information";

    protected override void ValidateTag(DicomTag tag)
    {
        if (tag.Group != 2) throw new DicomDataException($"{tag} does not belong to group 0002");
    }

    private void CopyOptional(DicomDataset source)
    {
        if (source.TryGetString(DicomTag.SourceApplicationEntityTitle, out var aet)) SourceApplicationEntityTitle = aet;
        if (source.TryGetSingleValue(DicomTag.SendingApplicationEntityTitle, out string sender)) SendingApplicationEntityTitle = sender;
        if (source.TryGetSingleValue(DicomTag.ReceivingApplicationEntityTitle, out string receiver)) ReceivingApplicationEntityTitle = receiver;
        if (source.TryGetSingleValue(DicomTag.PrivateInformationCreatorUID, out DicomUID creator)) PrivateInformationCreatorUID = creator;
        if (source.TryGetValues(DicomTag.PrivateInformation, out byte[] information)) PrivateInformation = information;
    }
}
