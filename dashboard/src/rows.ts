/** Rows as the API gives them. */

export interface Connector {
  connector_id: string;
  name: string | null;
  connector_type: string;
  health: string;
  is_active: boolean | null;
  sync_status: string | null;
  sync_frequency: string | null;
  last_sync_at: string | null;
  last_sync_status: string | null;
  next_sync_at: string | null;
  error_count: number;
  last_error: string | null;
  last_error_at: string | null;
  syncs_of_week: number;
  failed_syncs_of_week: number;
  documents_of_week: number;
}

export interface Storage {
  connector_id: string | null;
  documents: number;
  bytes: number;
}

export interface Queue {
  connector_id: string | null;
  waiting: number;
  oldest_waiting_at: string | null;
  retried: number;
  failing: number;
  received_today: number;
}

export interface Batch {
  id: string;
  batch_name: string | null;
  status: string | null;
  total_files: number;
  processed_files: number;
  failed_files: number;
  created_at: string | null;
}

export interface Action {
  id: string;
  connector_id: string | null;
  user_id: string | null;
  action: string;
  details: Record<string, unknown>;
  created_at: string;
}

export interface Sync {
  id: string;
  connector_id: string | null;
  sync_type: string | null;
  status: string | null;
  started_at: string | null;
  duration_ms: number | null;
  documents_synced: number;
  documents_failed: number;
  error_message: string | null;
}

export interface Event {
  id: string;
  event_type: string;
  event_source: string | null;
  received_at: string | null;
  processed: boolean;
  processing_error: string | null;
  retry_count: number;
}
