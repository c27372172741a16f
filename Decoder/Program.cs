using System.Buffers.Binary;
using Regional.Decoder;

// Frames in, planes out, until the parent closes the pipe.
const int MaxStream = 512 << 20;
ProcessLimits.Tighten();
using var input = Console.OpenStandardInput();
using var output = Console.OpenStandardOutput();
var head = new byte[4];
while (input.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length)
{
    var length = BinaryPrimitives.ReadInt32LittleEndian(head);
    if (length is < 0 or > MaxStream) return 1;
    var stream = new byte[length];
    input.ReadExactly(stream);
    var (status, image) = CodeStream.Decode(stream);
    var answer = new byte[20];
    BinaryPrimitives.WriteInt32LittleEndian(answer, status);
    if (image is not null)
    {
        BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(4), image.Planes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(8), image.Columns);
        BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(12), image.Rows);
        BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(16), image.Precision);
    }
    output.Write(answer);
    foreach (var plane in image?.Planes ?? []) output.Write(plane);
    output.Flush();
}
return 0;
