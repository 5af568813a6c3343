namespace ChunkUploader.Tests.Browser;

/// <summary>Small files of types that browsers show.</summary>
static class Pictures
{
    /// <summary>A PNG of 2 by 2 pixels.</summary>
    public static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFUlEQVR4nGM4YWNjc8KGAUh8OGEDACUqBbXczCVyAAAAAElFTkSuQmCC");

    /// <summary>A WAV of a tenth of a second of silence: 800 samples of 8 bits, 8 kHz.</summary>
    public static readonly byte[] Wav =
    [
        .. "RIFF"u8, .. BitConverter.GetBytes(36 + 800), .. "WAVEfmt "u8, 16, 0, 0, 0, 1, 0, 1, 0, .. BitConverter.GetBytes(8000),
        .. BitConverter.GetBytes(8000), 1, 0, 8, 0, .. "data"u8, .. BitConverter.GetBytes(800), .. Enumerable.Repeat((byte)128, 800),
    ];

    /// <summary>A PDF of one page with one word.</summary>
    public static readonly byte[] Pdf = """
        %PDF-1.4
        1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
        2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
        3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>> endobj
        4 0 obj <</Length 44>> stream
        BT /F1 24 Tf 20 40 Td (Hello) Tj ET
        endstream endobj
        5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
        trailer <</Root 1 0 R>>
        """u8.ToArray();
}
