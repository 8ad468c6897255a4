import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { gunzipSync } from "node:zlib";
import { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";

/** One item of telemetry, as Application Insights takes it. */
export interface Envelope {
  readonly name: string;
  readonly iKey: string;
  readonly data: {
    readonly baseType: string;
    readonly baseData: { readonly message: string; readonly properties: Readonly<Record<string, string>> };
  };
}

/** The ingestion endpoint of Application Insights, on a free port of 127.0.0.1. Its clients want TLS: this process trusts it from then on. */
export interface IngestionEndpoint {
  readonly url: string;
  readonly requestCount: number;
  /** What was accepted. */
  readonly envelopes: readonly Envelope[];
  close(): Promise<void>;
}

/**
 * @param statusOf Status of the answer to a request, by its number from 0.
 * @see https://github.com/Azure/azure-rest-api-specs, ApplicationInsights data plane, `POST /v2.1/track` (read 2026-11-26)
 */
export async function startIngestionEndpoint(statusOf: (index: number) => number): Promise<IngestionEndpoint> {
  const envelopes: Envelope[] = [];
  let requestCount = 0;
  const { cert, key } = await selfSigned();
  setDefaultCACertificates([...getCACertificates("default"), cert]);
  const server = createServer({ cert, key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const status = statusOf(requestCount);
      requestCount += 1;
      const body = Buffer.concat(chunks);
      const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(body).toString() : body.toString();
      const items = readItems(text);
      if (status === 200) envelopes.push(...items);
      response.writeHead(status, { "content-type": "application/json" });
      const itemsAccepted = status === 200 ? items.length : 0;
      response.end(JSON.stringify({ itemsReceived: items.length, itemsAccepted, errors: [] }));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    get requestCount() {
      return requestCount;
    },
    envelopes,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A list, or an item on each line. */
function readItems(text: string): readonly Envelope[] {
  const list = text.trimStart().startsWith("[") ? text : `[${text.trim().split("\n").join(",")}]`;
  const items: readonly Envelope[] = JSON.parse(list);
  return items;
}

/** Not by the emulator's authority, whose name one process can know with one key only. */
async function selfSigned(): Promise<{ readonly cert: string; readonly key: string }> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: "CN=ingestion endpoint",
      notBefore: new Date(Date.now() - 86_400_000),
      notAfter: new Date(Date.now() + 86_400_000),
      keys,
      signingAlgorithm: algorithm,
      extensions: [new SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }])],
    },
    webcrypto,
  );
  const key = PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return { cert: certificate.toString("pem"), key };
}
