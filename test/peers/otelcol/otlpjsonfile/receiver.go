// Package otlpjsonfile reads OTLP JSON lines from files with the Collector's own parts: fileconsumer finds, follows and
// splits the files, plog reads the lines. Only what joins the two is written here.
package otlpjsonfile

import (
	"context"
	"errors"
	"fmt"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/fileconsumer"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver"
	"go.uber.org/zap"
)

// Config takes the keys that every file receiver of the Collector takes.
type Config struct {
	fileconsumer.Config `mapstructure:",squash"`
}

// NewFactory registers it under the name of contrib's receiver.
func NewFactory() receiver.Factory {
	return receiver.NewFactory(
		component.MustNewType("otlp_json_file"),
		func() component.Config { return &Config{Config: *fileconsumer.NewConfig()} },
		receiver.WithLogs(newLogs, component.StabilityLevelDevelopment),
	)
}

type fileLogs struct {
	manager *fileconsumer.Manager
}

func (f *fileLogs) Start(context.Context, component.Host) error { return f.manager.Start(nil) }

func (f *fileLogs) Shutdown(context.Context) error { return f.manager.Stop() }

func newLogs(_ context.Context, set receiver.Settings, cfg component.Config, next consumer.Logs) (receiver.Logs, error) {
	config, ok := cfg.(*Config)
	if !ok {
		return nil, fmt.Errorf("unexpected configuration %T", cfg)
	}
	var lines plog.JSONUnmarshaler
	manager, err := config.Build(set.TelemetrySettings,
		func(ctx context.Context, tokens [][]byte, _ map[string]any, _ int64, _ []int64) error {
			var failed error
			for _, token := range tokens {
				logs, err := lines.UnmarshalLogs(token)
				if err == nil {
					err = next.ConsumeLogs(ctx, logs)
				}
				if err != nil {
					set.Logger.Error("Cannot take a line", zap.Int("bytes", len(token)), zap.Error(err))
					failed = errors.Join(failed, err)
				}
			}
			return failed
		})
	if err != nil {
		return nil, err
	}
	return &fileLogs{manager: manager}, nil
}
