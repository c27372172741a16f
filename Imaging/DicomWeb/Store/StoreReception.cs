using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Regional.Imaging.DicomWeb.Store;

/// <summary>
/// Reads the parts of one request one after the other and stores some side by side, so that a group commit covers several. Outcomes are in the
/// order of the parts.
/// </summary>
internal sealed class StoreReception(PartReader reader, PartAdmission admission, StoreLimits limits, StoreOrigin origin, string? studyUid)
{
    private const int SideBySide = 8;

    private readonly List<Task<PartOutcome>> _parts = [];
    private int _awaited;

    /// <summary>What became of the parts that were whole; complete also after a body that broke off.</summary>
    public Task<PartOutcome[]> OutcomesAsync() => Task.WhenAll(_parts);

    /// <exception cref="IOException">The body breaks off.</exception>
    /// <exception cref="InvalidDataException">The body is not multipart, or has more parts or longer part headers than is allowed.</exception>
    public async Task ReadPartsAsync(string boundary, Stream body, CancellationToken cancellation)
    {
        var multipart = new MultipartReader(boundary, body, 64 * 1024);
        while (await multipart.ReadNextSectionAsync(cancellation) is { } section)
        {
            if (_parts.Count >= limits.MaxParts) throw new InvalidDataException("Too many parts.");
            if (!IsDicom(section))
            {
                await reader.DrainAsync(section.Body, cancellation);
                _parts.Add(Task.FromResult(PartOutcome.Unnamed(FailureReason.PartNotSupported)));
                continue;
            }
            await ReadPartAsync(section.Body, cancellation);
        }
    }

    public async Task ReadPartAsync(Stream body, CancellationToken cancellation)
    {
        var (prefix, arrival, failure) = await reader.ReadAsync(body, cancellation);
        if (arrival is null)
        {
            _parts.Add(Task.FromResult(prefix is { } known && Packs.UidRule.IsValid(known.SopInstanceUid) && Packs.UidRule.IsValid(known.SopClassUid)
                ? new PartOutcome(known.SopClassUid, known.SopInstanceUid, "", "", failure)
                : PartOutcome.Unnamed(failure)));
            return;
        }
        _parts.Add(admission.StoreAsync(origin, studyUid, prefix!, arrival));
        if (_parts.Count - _awaited >= SideBySide) await _parts[_awaited++];
    }

    /// <summary>A DICOM file, as bytes: a part that is itself multipart, text, or encoded for mail is none.</summary>
    private static bool IsDicom(MultipartSection section)
    {
        if (section.Headers?.TryGetValue("Content-Transfer-Encoding", out var encoding) == true
            && !encoding.ToString().Equals("binary", StringComparison.OrdinalIgnoreCase) && !encoding.ToString().Equals("8bit", StringComparison.OrdinalIgnoreCase))
            return false;
        if (section.Headers?.ContainsKey(HeaderNames.ContentEncoding) == true) return false;
        return section.ContentType is null
            || MediaTypeHeaderValue.TryParse(section.ContentType, out var type) && type.MediaType.Equals(MediaTypes.Dicom, StringComparison.OrdinalIgnoreCase);
    }
}
