using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Regional.Imaging.Codecs.Jpeg2000;

/// <summary>One running decoder (the room `Decoder`) and its pipes. One caller at a time.</summary>
internal sealed class DecoderProcess : IDisposable
{
    /// <summary>A frame that takes longer is given up, and the decoder with it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Stream _input;
    private readonly Stream _output;

    private DecoderProcess(Process process) => (_process, _input, _output) = (process, process.StandardInput.BaseStream, process.StandardOutput.BaseStream);

    public int Id => _process.Id;

    /// <summary>Null when it cannot be started here.</summary>
    public static DecoderProcess? Start()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Regional.Decoder.dll");
        // …/shared/Microsoft.NETCore.App/10.0.x/ → the folder of the host program.
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        if (!File.Exists(program) || !File.Exists(host)) return null;
        var start = new ProcessStartInfo(host, ["exec", program]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        try
        {
            return Process.Start(start) is { } process ? new DecoderProcess(process) : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>One frame.</summary>
    /// <exception cref="IOException">The decoder died or was given up; it is of no more use.</exception>
    public CodecProblem Decode(ReadOnlySpan<byte> encoded, FrameTarget target)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var end = patience.Token.Register(Kill);
        Span<byte> head = stackalloc byte[20];
        BinaryPrimitives.WriteInt32LittleEndian(head, encoded.Length);
        _input.Write(head[..4]);
        _input.Write(encoded);
        _input.Flush();
        _output.ReadExactly(head);
        if (BinaryPrimitives.ReadInt32LittleEndian(head) != 0) return CodecProblem.Malformed;
        var shape = target.Shape;
        var isSame = (Number(head, 1), Number(head, 2), Number(head, 3)) == (shape.SamplesPerPixel, shape.Columns, shape.Rows) && Number(head, 4) <= shape.BitsAllocated;
        // What does not fit is not read; the pipe is then of no more use either.
        if (!isSame) throw new IOException("The decoder gave another image than it was asked for.");
        var line = new ushort[shape.Columns];
        for (var sample = 0; sample < shape.SamplesPerPixel; sample++)
        {
            for (var row = 0; row < shape.Rows; row++)
            {
                _output.ReadExactly(MemoryMarshal.AsBytes(line.AsSpan()));
                if (!BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(line, line);
                target.PutLine(sample, row, line);
            }
        }
        return CodecProblem.None;
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private static int Number(ReadOnlySpan<byte> head, int index) => BinaryPrimitives.ReadInt32LittleEndian(head[(4 * index)..]);

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }
    }
}
