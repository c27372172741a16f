using System.Buffers;
using System.Buffers.Binary;

namespace Regional.Imaging.Capture.Stills;

/// <summary>
/// A baseline JPEG (ISO/IEC 10918-1 process 1) that goes into DICOM as it is, entropy-coded data untouched. Only what a decoder needs is kept:
/// application segments with a camera's position, thumbnail and owner are left out, JFIF, ICC profile and Adobe's colour mark stay.
/// </summary>
/// <param name="Bytes">The JPEG stream from SOI to EOI.</param>
/// <param name="IsRgb">Three components that are red, green and blue, not luma and chroma.</param>
internal sealed record JpegPicture(byte[] Bytes, int Width, int Height, int Components, bool IsRgb, ExifFacts Exif)
{
    private const int MaxSegments = 4096;

    /// <exception cref="CaptureRefusedException">It is damaged, or no baseline JPEG of one or three components.</exception>
    public static JpegPicture Read(ReadOnlySpan<byte> file)
    {
        var reading = new Reading();
        var at = 2;
        for (var segments = 0; segments < MaxSegments; segments++)
        {
            var marker = NextMarker(file, ref at);
            if (marker == 0xD9)
            {
                return reading.Finish();
            }

            if (marker is 0x01 or (>= 0xD0 and <= 0xD8)) throw new CaptureRefusedException(CaptureRule.JpegDamaged);
            if (at + 2 > file.Length) break;
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
            if (length < 2 || at + length > file.Length) break;
            var body = file.Slice(at + 2, length - 2);
            at += length;
            if (marker == 0xDA)
            {
                var scan = ScanLength(file[at..]);
                reading.Scan(body, file.Slice(at, scan));
                at += scan;
            }
            else
            {
                reading.Segment(marker, body);
            }
        }

        throw new CaptureRefusedException(CaptureRule.JpegDamaged);
    }

    /// <summary>A marker may be preceded by fill bytes FF (B.1.1.2).</summary>
    private static byte NextMarker(ReadOnlySpan<byte> file, ref int at)
    {
        if (at >= file.Length || file[at] != 0xFF) throw new CaptureRefusedException(CaptureRule.JpegDamaged);
        while (at < file.Length && file[at] == 0xFF) at++;
        return at < file.Length && file[at] != 0 ? file[at++] : throw new CaptureRefusedException(CaptureRule.JpegDamaged);
    }

    /// <summary>Entropy-coded bytes up to the next marker that is no restart.</summary>
    private static int ScanLength(ReadOnlySpan<byte> rest)
    {
        var at = 0;
        while (rest[at..].IndexOf((byte)0xFF) is >= 0 and var found && at + found + 1 < rest.Length)
        {
            at += found;
            if (rest[at + 1] is not 0 and not (>= 0xD0 and <= 0xD7)) return at;
            at += 2;
        }

        throw new CaptureRefusedException(CaptureRule.JpegDamaged);
    }

    private sealed class Reading
    {
        private readonly ArrayBufferWriter<byte> _kept = new();
        private (int Width, int Height, int Components, bool LettersRgb)? _frame;
        private bool _jfif;
        private int? _adobe;
        private bool _tables;
        private bool _quantised;
        private int _scanned;
        private ExifFacts _exif = ExifFacts.None;

        public Reading() => _kept.Write<byte>([0xFF, 0xD8]);

        public void Segment(byte marker, ReadOnlySpan<byte> body)
        {
            switch (marker)
            {
                case 0xC0:
                    Frame(body);
                    break;
                case 0xC1:
                    // Extended sequential: with 8 bits a baseline decoder still lacks its two further tables.
                    throw new CaptureRefusedException(body.Length > 0 && body[0] != 8 ? CaptureRule.JpegPrecision : CaptureRule.JpegProcess);
                case 0xC2:
                    throw new CaptureRefusedException(CaptureRule.JpegProgressive);
                case 0xC4:
                    _tables = true;
                    break;
                case >= 0xC3 and <= 0xCF:
                    throw new CaptureRefusedException(CaptureRule.JpegProcess);
                case 0xDB:
                    _quantised = true;
                    break;
                case 0xDD:
                    break;
                case 0xE0 when body.StartsWith("JFIF\0"u8):
                    _jfif = true;
                    break;
                case 0xE1:
                    if (body.StartsWith("Exif\0\0"u8)) _exif = ExifFacts.Read(body[6..]);
                    return;
                case 0xE2 when body.StartsWith("ICC_PROFILE\0"u8):
                    break;
                case 0xEE when body.StartsWith("Adobe"u8) && body.Length >= 12:
                    _adobe = body[11];
                    break;
                default:
                    if (marker is >= 0xE0 and <= 0xEF or 0xFE) return;
                    // DNL, DHP, EXP and the reserved ones have no place in baseline.
                    throw new CaptureRefusedException(CaptureRule.JpegProcess);
            }

            Keep(marker, body);
        }

        public void Scan(ReadOnlySpan<byte> head, ReadOnlySpan<byte> coded)
        {
            if (_frame is not { } frame || !_tables || !_quantised || head.Length < 4 || head[0] is 0 or > 3 || head.Length != 4 + 2 * head[0] || coded.IsEmpty)
                throw new CaptureRefusedException(CaptureRule.JpegDamaged);
            _scanned += head[0];
            if (_scanned > frame.Components) throw new CaptureRefusedException(CaptureRule.JpegDamaged);
            Keep(0xDA, head);
            _kept.Write(coded);
        }

        public JpegPicture Finish()
        {
            if (_frame is not { } frame || _scanned != frame.Components) throw new CaptureRefusedException(CaptureRule.JpegDamaged);
            _kept.Write<byte>([0xFF, 0xD9]);
            var rgb = frame.Components == 3 && (_adobe == 0 || (_adobe is null && !_jfif && frame.LettersRgb));
            return new JpegPicture(_kept.WrittenSpan.ToArray(), frame.Width, frame.Height, frame.Components, rgb, _exif);
        }

        private void Frame(ReadOnlySpan<byte> body)
        {
            if (_frame is not null || body.Length < 6 || body.Length != 6 + 3 * body[5]) throw new CaptureRefusedException(CaptureRule.JpegDamaged);
            if (body[0] != 8) throw new CaptureRefusedException(CaptureRule.JpegPrecision);
            if (body[5] is not (1 or 3)) throw new CaptureRefusedException(CaptureRule.JpegColours);
            var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(body[1..]), BinaryPrimitives.ReadUInt16BigEndian(body[3..]));
            if (height == 0 || width == 0) throw new CaptureRefusedException(CaptureRule.JpegDamaged);
            for (var i = 0; i < body[5]; i++)
            {
                var sampling = body[7 + 3 * i];
                if (sampling >> 4 is 0 or > 4 || (sampling & 15) is 0 or > 4) throw new CaptureRefusedException(CaptureRule.JpegDamaged);
            }

            var letters = body[5] == 3 && body[6] == 'R' && body[9] == 'G' && body[12] == 'B';
            _frame = (width, height, body[5], letters);
        }

        private void Keep(byte marker, ReadOnlySpan<byte> body)
        {
            Span<byte> head = [0xFF, marker, 0, 0];
            BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(body.Length + 2));
            _kept.Write<byte>(head);
            _kept.Write(body);
        }
    }
}
