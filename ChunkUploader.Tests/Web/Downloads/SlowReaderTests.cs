using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Tests.Support;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Moq;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Downloads;

/// <summary>Clients that ask for a file and do not take it.</summary>
[TestFixture]
public sealed class SlowReaderTests : ServedTests
{
    const int Readers = 40;
    const long Length = 32L * 1024 * 1024;
    const int SocketBuffer = 64 * 1024;

    /// <summary>What is read for one of them: what the server holds, and what lies in both sockets.</summary>
    const long MostForOne = 1024 * 1024;

    readonly List<CountedZeros> _streams = [];

    protected override void Replace(IServiceCollection services)
    {
        var store = new Mock<IBlobStore>();
        store.Setup(it => it.OpenReadAsync(It.IsAny<Id<Blob>>(), Length, It.IsAny<CancellationToken>()))
            .Returns(() => Task.FromResult<Stream?>(Open()));
        var files = new Mock<IStoredFileRepository>();
        files.Setup(it => it.FindAsync(It.IsAny<Id<StoredFile>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(File());
        files.Setup(it => it.CountDownloadAsync(It.IsAny<Id<StoredFile>>(), It.IsAny<CancellationToken>()))
            .Returns(Task.CompletedTask);
        services.Replace(ServiceDescriptor.Singleton(store.Object));
        services.Replace(ServiceDescriptor.Singleton(files.Object));

        // The system is not to take megabytes off the server's hands.
        services.Configure<SocketTransportOptions>(options => options.CreateBoundListenSocket = endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.SendBufferSize = SocketBuffer;
            return socket;
        });
    }

    [Test]
    public async Task Who_does_not_read_is_not_read_for()
    {
        var slow = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => AskAsync()));

        // As long as this takes, the others could have been read for too.
        using (var quick = await AskAsync())
        {
            Assert.That(await CountRestAsync(quick), Is.EqualTo(Length));
        }

        var read = Streams().Select(stream => stream.Count).ToList();
        await TestContext.Out.WriteLineAsync($"{read.Where(count => count < Length).Max() / 1024} KiB for one");
        Assert.That(read, Has.Count.EqualTo(Readers + 1));
        Assert.That(read.Count(count => count == Length), Is.EqualTo(1));
        Assert.That(read.Count(count => count <= MostForOne), Is.EqualTo(Readers));

        Assert.That(await CountRestAsync(slow[0]), Is.EqualTo(Length), "who reads on gets it all");
        Array.ForEach(slow, client => client.Dispose());
        await Eventually.Is(() => Streams().All(stream => stream.IsClosed), "what is left is closed");
    }

    /// <summary>Asks for the file and reads the answer's head.</summary>
    async Task<TcpClient> AskAsync()
    {
        var client = new TcpClient { ReceiveBufferSize = SocketBuffer };
        await client.ConnectAsync(App.Address.Host, App.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /files/{Id<StoredFile>.New()}/download HTTP/1.1\r\nHost: {App.Address.Authority}\r\n\r\n"));
        var (head, one) = (new StringBuilder(), new byte[1]);
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await client.GetStream().ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        Assert.That(head.ToString(), Does.StartWith("HTTP/1.1 200 ").And.Contain(
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Length}\r\n")));
        return client;
    }

    static async Task<long> CountRestAsync(TcpClient client)
    {
        var (buffer, count) = (new byte[SocketBuffer], 0L);
        while (count < Length && await client.GetStream().ReadAsync(buffer) is > 0 and var read)
        {
            count += read;
        }

        return count;
    }

    CountedZeros Open()
    {
        var stream = new CountedZeros();
        lock (_streams)
        {
            _streams.Add(stream);
        }

        return stream;
    }

    List<CountedZeros> Streams()
    {
        lock (_streams)
        {
            return [.. _streams];
        }
    }

    static StoredFile File()
    {
        var blob = new Blob
        {
            Id = Id<Blob>.New(),
            Size = Length,
            Md5 = default,
            ContentHash = ContentHash.Of([]),
            FirstBlock = null,
            StoredAt = DateTimeOffset.UtcNow,
            VerifiedAt = DateTimeOffset.UtcNow,
        };
        return new StoredFile
        {
            Id = Id<StoredFile>.New(),
            BlobId = blob.Id,
            Blob = blob,
            Owner = "somebody",
            Name = "zeros.bin",
            ContentType = "application/octet-stream",
            UploadedAt = DateTimeOffset.UtcNow,
        };
    }

    /// <summary>A long file that counts what is read of it.</summary>
    sealed class CountedZeros : Stream
    {
        long _position;

        public long Count => Interlocked.Read(ref _position);

        public bool IsClosed { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => SlowReaderTests.Length;

        public override long Position
        {
            get => Count;
            set => Interlocked.Exchange(ref _position, value);
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, Length - Count);
            Array.Clear(buffer, offset, read);
            Interlocked.Add(ref _position, read);
            return read;
        }

        public override long Seek(long offset, SeekOrigin origin) =>
            throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }
    }
}
